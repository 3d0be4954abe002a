import { beforeEach, describe, expect, it } from 'vitest';
import type { MediaTime } from '../../../../../engine/core/time.js';
import type { CallHandlers } from '../../../../../engine/inference/grpc/connection.js';
import { decodeMessage, encodeMessage, type WireMessage } from '../../../../../engine/inference/grpc/contract.js';
import { newCounters } from '../../../../../engine/inference/grpc/counters.js';
import { Drains } from '../../../../../engine/inference/grpc/drains.js';
import { DEFAULT_LIMITS } from '../../../../../engine/inference/grpc/limits.js';
import { Session } from '../../../../../engine/inference/grpc/session.js';
import { messagePlaces } from '../../../../../engine/inference/grpc/transfer.js';
import { Window } from '../../../../../engine/inference/grpc/window.js';
import type { ServerImage } from '../../../../../engine/inference/types.js';
import { FakeClock } from '../../../../kit/fake-clock.js';

const image = (bytes = 10): ServerImage => ({
  ...{ format: { kind: 'jpeg', quality: 80 }, width: 640, height: 360 },
  data: Buffer.alloc(bytes),
});

let clock: FakeClock;
let told: string[];
let sent: WireMessage[];
let deed: string[];
let server: CallHandlers;
let takes: (() => void)[];
let session: Session;
let counters: ReturnType<typeof newCounters>;
let mostBytes: number;
let window: Window;

const begin = (): void => {
  session = new Session(image(), {
    ...{ clock, limits: { ...DEFAULT_LIMITS, mostBytes }, server: 'yolo:5001', secrets: [], counters },
    description: { identity: { pipeline: 'front', node: 'yolo' } },
    places: messagePlaces(mostBytes),
    window,
    drains: new Drains(2000),
    open: (handlers) => {
      server = handlers;
      return {
        write: (bytes, taken) => {
          sent.push(decodeMessage(bytes));
          takes.push(taken);
        },
        halfClose: () => deed.push('half-close'),
        cancel: () => deed.push('cancel'),
      };
    },
    handlers: {
      onAnswer: ({ timestamp }, { inferences }) => told.push(`${timestamp} answered ${inferences.length}`),
      onLost: ({ sample, cause }) => told.push(`${sample.timestamp} ${cause}`),
      onTrouble: ({ code }) => told.push(`trouble ${code}`),
      onChange: () => {},
      onEnded: (left, trouble) => {
        for (const { sample, cause } of left) told.push(`${sample.timestamp} ${cause}`);
        told.push(`ended ${trouble?.code ?? 'in good order'}`);
      },
    },
  });
};

/** Sends a sample; the network takes it at once. Its sequence number is its timestamp. */
const send = (timestamp: number, bytes?: number): void => {
  session.take({ pts: 0 as MediaTime, timestamp, image: image(bytes), found: [] });
  takes.at(-1)!();
};
const hear = (message: WireMessage): void => server.onBytes(encodeMessage(message));
const descriptor = (): void => hear({ mediaStreamDescriptor: { extensionIdentifier: 'x' } });
const answer = (ackSequenceNumber: number): void =>
  hear({ ackSequenceNumber, mediaSample: { inferences: [{ motion: {} }] } });

beforeEach(() => {
  clock = new FakeClock();
  [told, sent, deed, takes] = [[], [], [], []];
  counters = newCounters();
  mostBytes = 1000;
  window = new Window({ first: 4, most: 16 });
  begin();
});

describe('a stream', () => {
  it('begins with its descriptor, numbers what it sends, and matches answers by the number alone', () => {
    descriptor();
    send(2);
    send(3);
    answer(3);
    hear({ sequenceNumber: 0, ackSequenceNumber: 2 });
    answer(2);
    answer(0);
    answer(99);
    expect(sent.map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2, 3]);
    expect(told).toEqual(['3 answered 1', '2 answered 0']);
    expect(counters.unknownAnswers).toBe(3);
    expect(session.pending).toBe(0);
  });

  it('takes no more than the window, and no more than the network takes', () => {
    descriptor();
    session.take({ pts: 0 as MediaTime, timestamp: 2, image: image(), found: [] });
    expect(session.canTake).toBe(true);
    session.take({ pts: 0 as MediaTime, timestamp: 3, image: image(), found: [] });
    expect(session.canTake).toBe(false);
    for (const taken of takes) taken();
    expect(session.canTake).toBe(true);
    send(4);
    send(5);
    expect(session.canTake).toBe(false);
    answer(2);
    expect(session.canTake).toBe(true);
  });

  it('lets more be under way while nothing comes, so that no server waits for us in vain', () => {
    descriptor();
    for (let n = 2; n < 60; n++) {
      if (session.canTake) send(n);
      if (session.pending === 11) break;
      clock.advance(100);
    }
    expect(session.pending).toBe(11);
    expect(told).toEqual([]);
  });

  it('asks for what is held back when nothing moves, and ends in good order', () => {
    descriptor();
    send(2);
    clock.advance(2200);
    expect(deed).toEqual(['half-close']);
    expect(session.canTake).toBe(false);
    answer(2);
    server.onEnd({ status: 0, details: '' });
    expect(told).toEqual(['2 answered 1', 'ended in good order']);
    clock.advance(60_000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not ask a server that says nothing at all, tells it, and gives it up after a minute', () => {
    send(2);
    clock.advance(9_000);
    expect([deed, told]).toEqual([[], []]);
    clock.advance(2_000);
    expect(told).toEqual(['trouble noAnswerToStream']);
    clock.advance(10_000);
    expect(told).toEqual(['trouble noAnswerToStream', '2 timeout']);
    for (let n = 3; n < 300; n++) {
      if (session.canTake) send(n);
      clock.advance(100);
    }
    // What would wait in a queue that nobody reads gets no successors.
    expect(sent).toHaveLength(5);
    clock.advance(10_000);
    expect(told.at(-1)).toBe('ended noAnswerToStream');
    expect(told.filter((line) => line.endsWith(' timeout'))).toHaveLength(4);
    expect(deed).toEqual(['cancel']);
  });

  it('ends when a server that has answered before says nothing any more', () => {
    descriptor();
    send(2);
    answer(2);
    send(3);
    clock.advance(25_000);
    expect(told).toEqual(['2 answered 1', '3 timeout', 'ended timeout']);
    expect(deed).toEqual(['half-close', 'cancel']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not wait for a server that never ends it', () => {
    descriptor();
    send(2);
    send(3);
    clock.advance(2_200);
    answer(2);
    clock.advance(15_000);
    answer(3);
    clock.advance(20_100);
    expect(told).toEqual(['2 answered 1', '3 answered 1', 'ended in good order']);
    expect(deed).toEqual(['half-close', 'cancel']);
  });

  it('goes on when a server is too slow for a sample but works, with fewer of them', () => {
    descriptor();
    for (let n = 2; n <= 5; n++) send(n);
    const answers = [6, 12, 18].map((second, at) => ({ second, sequence: 2 + at }));
    for (let second = 0; second < 21; second++) {
      clock.advance(1_000);
      for (const due of answers) if (due.second === second) answer(due.sequence);
    }
    expect(told).toEqual(['2 answered 1', '3 answered 1', '4 answered 1', 'trouble timeout', '5 timeout']);
    // It looked as if it held something back, and gave it out; now it is known to be slow.
    expect(deed).toEqual(['half-close']);
    server.onEnd({ status: 0, details: '' });
    expect(told.at(-1)).toBe('ended in good order');
    begin();
    descriptor();
    send(2);
    clock.advance(10_000);
    expect(deed).toEqual(['half-close']);
  });

  it('tells a sample that was passed over from one that is late', () => {
    descriptor();
    send(2);
    send(3);
    answer(3);
    clock.advance(21_000);
    expect(told).toEqual(['3 answered 1', '2 skippedByServer']);
  });

  it.each([
    [3, 'INVALID_ARGUMENT', 'refused'],
    [14, 'UNAVAILABLE', 'connection'],
    [0, 'OK', 'connection'],
  ])('that ends with status %i loses what is under way', (status, code, cause) => {
    descriptor();
    send(2);
    send(3);
    server.onEnd({ status, details: '' });
    expect(told).toEqual([`2 ${cause}`, `3 ${cause}`, `ended ${code}`]);
    expect(session.pending).toBe(0);
    expect(session.canTake).toBe(false);
    answer(2);
    server.onEnd({ status, details: '' });
    expect(told).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends when what comes is no message', () => {
    descriptor();
    send(2);
    server.onBytes(Buffer.from('ffffffff', 'hex'));
    expect(told).toEqual(['2 badAnswer', 'ended badAnswer']);
    expect(deed).toEqual(['cancel']);
  });

  it('refuses a picture that never fits, and keeps room for pictures like the last one', () => {
    descriptor();
    send(2, 1001);
    expect(told).toEqual(['trouble pictureTooLarge', '2 pictureTooLarge']);
    send(3, 400);
    expect(session.canTake).toBe(true);
    send(4, 400);
    expect(session.canTake).toBe(false);
    answer(2);
    expect(session.canTake).toBe(true);
    send(5, 900);
    expect(told.slice(2)).toEqual(['3 answered 1', '5 pictureTooLarge']);
  });

  it('gives up samples that were passed over when their room is needed', () => {
    descriptor();
    send(2, 500);
    send(3, 500);
    answer(3);
    expect(told).toEqual(['3 answered 1']);
    send(4, 500);
    answer(4);
    expect(session.pending).toBe(1);
    send(5, 500);
    send(6, 500);
    answer(4);
    expect(told.filter((line) => line.startsWith('2'))).toEqual([]);
  });

  it('loses an answer that is larger than any picture holds', () => {
    descriptor();
    send(2);
    hear({ ackSequenceNumber: 2, mediaSample: { inferences: Array.from({ length: 10_001 }, () => ({ motion: {} })) } });
    expect(told).toEqual(['2 answerTooLarge']);
  });

  it('says of every sample what became of it when it is stopped', () => {
    descriptor();
    send(2);
    send(3);
    expect(session.stop().map(({ sample, cause }) => `${sample.timestamp} ${cause}`)).toEqual([
      '2 stopped',
      '3 stopped',
    ]);
    expect(session.stop()).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});

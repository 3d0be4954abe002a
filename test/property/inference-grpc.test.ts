import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { Random } from '../../bench/chaos/random.js';
import { mediaTimeAt } from '../../engine/core/time.js';
import type { CallHandlers } from '../../engine/inference/grpc/connection.js';
import { encodeMessage } from '../../engine/inference/grpc/contract.js';
import { newCounters } from '../../engine/inference/grpc/counters.js';
import { Drains } from '../../engine/inference/grpc/drains.js';
import { DEFAULT_LIMITS } from '../../engine/inference/grpc/limits.js';
import { Session } from '../../engine/inference/grpc/session.js';
import { messagePlaces } from '../../engine/inference/grpc/transfer.js';
import { Window } from '../../engine/inference/grpc/window.js';
import type { Sample } from '../../engine/inference/types.js';
import { FakeClock } from '../kit/fake-clock.js';

/** More by hand, and again with the seed that a run has printed. */
const INPUTS = Number(process.env['SLUICE_FUZZ_INPUTS'] ?? 5_000);
const SEED = Number(process.env['SLUICE_FUZZ_SEED'] ?? Date.now() % 2 ** 32);
const GROWTH = 24 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const memory = (): number => {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

/** An answer that has everything. */
const answerTo = (ackSequenceNumber: number): Buffer =>
  encodeMessage({
    sequenceNumber: ackSequenceNumber,
    ackSequenceNumber,
    mediaSample: {
      timestamp: 145805956115743,
      inferences: [
        {
          type: 3,
          subtype: 'detection',
          inferenceId: 'i1',
          relatedInferences: ['i0'],
          entity: {
            tag: { value: 'person', confidence: 0.9 },
            attributes: [{ name: 'colour', value: 'red', confidence: 0.5 }],
            box: { l: 0.1, t: 0.2, w: 0.3, h: 0.4 },
          },
          extensions: { a: 'b' },
        },
        { event: { name: 'crossing', properties: { total: '3' } } },
        { text: { value: 'AB', startTimestamp: 1, endTimestamp: 2 } },
        { other: { contentType: 'x', contentBytes: Buffer.from('abc') } },
      ],
    },
  });

const mutated = (bytes: Buffer, random: Random): Buffer => {
  let result = Buffer.from(bytes);
  for (let n = random.below(3); n >= 0; n--) {
    const at = random.below(result.length + 1);
    const more = random.below(20);
    switch (random.below(6)) {
      case 0:
        if (at < result.length) result[at] = result[at]! ^ (1 << random.below(8));
        break;
      case 1:
        result = result.subarray(0, at);
        break;
      case 2:
        result = Buffer.concat([result.subarray(0, at), Buffer.from([random.below(256)]), result.subarray(at)]);
        break;
      case 3:
        result = Buffer.concat([result.subarray(0, at), result.subarray(at + more)]);
        break;
      case 4:
        result = Buffer.concat([result, result.subarray(at)]);
        break;
      // A length or number as long as they can be, and longer.
      default:
        result = Buffer.concat([
          result.subarray(0, at),
          Buffer.alloc(more, 0xff),
          Buffer.from([1]),
          result.subarray(at),
        ]);
    }
  }
  return result;
};

it(`answers with damaged bytes end the stream at worst (seed ${SEED})`, () => {
  const random = new Random(SEED);
  const clock = new FakeClock();
  const counters = newCounters();
  const window = new Window({ first: 4, most: 16 });
  const open = new Map<Sample, true>();
  const seen = { answered: 0, lost: 0, ended: 0, bytes: 0 };
  let server!: CallHandlers;
  let session: Session | undefined;
  const close = (sample: Sample): void => {
    expect(open.delete(sample)).toBe(true);
  };
  const begin = (image: Sample['image']): Session =>
    new Session(image, {
      ...{ clock, limits: DEFAULT_LIMITS, server: 'yolo:5001', secrets: [], counters, window },
      description: { identity: { pipeline: 'front', node: 'yolo' } },
      places: messagePlaces(1_000_000),
      drains: new Drains(2_000),
      open: (handlers) => {
        server = handlers;
        return {
          write: (_, taken) => taken(),
          halfClose: () => handlers.onEnd({ status: 0, details: '' }),
          cancel: () => {},
        };
      },
      handlers: {
        onAnswer: (sample, { inferences }) => {
          close(sample);
          seen.answered++;
          // It can be published, and holds no numbers that JSON has not.
          const text = JSON.stringify(inferences);
          seen.bytes += text.length;
          expect(text).not.toContain(':null');
        },
        onLost: ({ sample }) => {
          close(sample);
          seen.lost++;
        },
        onTrouble: () => {},
        onChange: () => {},
        onEnded: (left) => {
          for (const { sample } of left) close(sample);
          seen.lost += left.length;
          seen.ended++;
          session = undefined;
        },
      },
    });
  let sequence = 1;
  let before = 0;
  for (let n = 0; n < INPUTS; n++) {
    if (n === Math.floor(INPUTS / 3)) before = memory();
    const image = { format: { kind: 'bmp' }, width: 8, height: 8, data: Buffer.alloc(1) } as const;
    if (session === undefined) {
      session = begin(image);
      sequence = 1;
      server.onBytes(encodeMessage({ ackSequenceNumber: 1 }));
    }
    if (session.canTake) {
      const sample: Sample = { pts: mediaTimeAt(clock.monotonic()), timestamp: n, image, found: [] };
      open.set(sample, true);
      session.take(sample);
      sequence++;
    }
    server.onBytes(mutated(answerTo(sequence - random.below(3)), random));
    if (random.below(50) === 0) clock.advance(random.below(3_000));
  }
  const left = session?.stop() ?? [];
  for (const { sample } of left) close(sample);
  expect(open.size).toBe(0);
  expect(clock.pendingTimers).toBe(0);
  expect(seen.answered + seen.lost + left.length).toBeGreaterThan(INPUTS / 10);
  expect(Math.min(seen.answered, seen.ended)).toBeGreaterThan(INPUTS / 200);
  expect(memory() - before).toBeLessThan(GROWTH);
});

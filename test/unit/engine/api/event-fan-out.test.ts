import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { EventFanOut } from '../../../../engine/api/event-fan-out.js';
import { plainMessages } from '../../../../engine/api/event-forms.js';
import { SocketPeer } from '../../../../engine/api/socket-peer.js';
import type { Clock } from '../../../../engine/core/clock.js';
import { EventMatcher } from '../../../../engine/events/filter.js';
import type { EventFilter } from '../../../../engine/events/types.js';
import { openJournal, publishMany } from '../../../kit/event-journal.js';
import { FakeClock } from '../../../kit/fake-clock.js';
import { until } from '../../../kit/until.js';

/** A socket and its connection, whose peer does what the test says. */
class FakeSocket extends EventEmitter {
  readyState: number = WebSocket.OPEN;
  answersPings = true;
  pings = 0;
  closedWith: number | undefined;
  terminated = false;
  readonly stream = Object.assign(new EventEmitter(), {
    writableHighWaterMark: 16_384,
    writableLength: 0,
    bytesWritten: 0,
    /** The peer takes nothing. */
    write: (bytes: Buffer): void => this.#write(bytes),
  });

  #write(bytes: Buffer): void {
    if (bytes[0] !== 0x89) {
      this.stream.writableLength += bytes.length;
      this.stream.bytesWritten += bytes.length;
      return;
    }
    this.pings += 1;
    if (this.answersPings) this.emit('pong', bytes.subarray(2));
  }

  close(code: number): void {
    this.closedWith = code;
    this.readyState = WebSocket.CLOSING;
  }

  terminate(): void {
    this.terminated = true;
    this.gone();
  }

  gone(): void {
    this.readyState = WebSocket.CLOSED;
    this.emit('close');
  }
}

const peerOf = (socket: FakeSocket, clock: Clock): SocketPeer =>
  new SocketPeer({
    socket: socket as unknown as WebSocket,
    stream: socket.stream as unknown as Duplex,
    form: plainMessages,
    clock,
    maxBufferedBytes: 1024 * 1024,
  });

const start = () => {
  const clock = new FakeClock();
  const { journal } = openJournal({ clock });
  const before = clock.pendingTimers;
  const fanOut = new EventFanOut(journal, clock, { slowTimeoutMs: 60_000, pingMs: 30_000 });
  expect(clock.pendingTimers).toBe(before);
  fanOut.start();
  const join = (since?: number, filter: EventFilter = {}): FakeSocket => {
    const socket = new FakeSocket();
    fanOut.add(peerOf(socket, clock), since, new EventMatcher(filter));
    return socket;
  };
  /** All events are written and have been handed to the sockets. */
  const settled = async () => {
    await journal.flush();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, journal, fanOut, join, settled, timersBefore: before };
};

describe('the event fan-out', () => {
  it("pings by the engine's clock, and cuts off who shows no sign of life until the next ping", () => {
    const { clock, fanOut, join } = start();
    const alive = join();
    const dead = join();
    dead.answersPings = false;
    clock.advance(29_000);
    expect([alive.pings, dead.pings]).toEqual([0, 0]);
    clock.advance(1000);
    expect([alive.pings, dead.pings]).toEqual([1, 1]);
    clock.advance(29_000);
    expect(dead.terminated).toBe(false);
    clock.advance(1000);
    expect([alive.pings, dead.terminated, fanOut.stats('socket').subscribers]).toEqual([2, true, 1]);
  });

  it('closes a socket that has taken nothing for the time allowed', async () => {
    const { clock, journal, fanOut, join, settled } = start();
    const slow = join();
    slow.answersPings = false;
    await settled();
    publishMany(journal, 1);
    await settled();
    expect(slow.stream.writableLength).toBeGreaterThan(0);
    clock.advance(59_000);
    expect(slow.closedWith).toBeUndefined();
    clock.advance(1000);
    expect([slow.closedWith, fanOut.stats('socket').closedSlow]).toEqual([4008, 1]);
  });

  it('never closes a socket whose peer reads, however slowly, and closes it when it stops', async () => {
    const { clock, journal, fanOut, join, settled } = start();
    const slow = join();
    slow.answersPings = false;
    // The connection takes everything at once; what the peer has read shows in the marks that it answers.
    const marks: Buffer[] = [];
    slow.stream.write = (bytes) => {
      slow.stream.bytesWritten += bytes.length;
      if (bytes[0] === 0x89) marks.push(bytes.subarray(2));
    };
    await settled();
    for (let round = 0; round < 30; round++) {
      publishMany(journal, 20, { data: { filling: 'x'.repeat(10_000) } });
      await settled();
    }
    // 6 MB, of which it reads up to the next mark in 55 s. No mark is further than that from the one before.
    expect(marks.length).toBeGreaterThan(20);
    expect(Number(marks.at(-1))).toBeGreaterThan(5_000_000);
    const steps = marks.map((mark, index) => Number(mark) - Number(marks[index - 1] ?? 0));
    expect(Math.max(...steps)).toBeLessThan(400_000);
    for (const mark of marks.slice(0, -1)) {
      clock.advance(55_000);
      slow.emit('pong', mark);
    }
    expect([slow.closedWith, slow.terminated]).toEqual([undefined, false]);
    clock.advance(59_000);
    expect(slow.closedWith).toBeUndefined();
    clock.advance(2000);
    expect([slow.closedWith, fanOut.stats('socket').closedSlow]).toEqual([4008, 1]);
  });

  it('takes no more memory for one that is behind than a chunk, however large the events', async () => {
    const { journal, join, settled } = start();
    publishMany(journal, 60, { data: { filling: 'x'.repeat(500_000) } });
    await settled();
    const socket = join(0);
    await until('the limit', () => socket.stream.writableLength > 1024 * 1024);
    await settled();
    expect(socket.stream.writableLength).toBeLessThan(2 * 1024 * 1024);
  });

  it('gives a peer three seconds to answer a close', () => {
    const { clock, fanOut, join, timersBefore } = start();
    const polite = join();
    const silent = join();
    fanOut.close();
    expect([polite.closedWith, silent.closedWith]).toEqual([1001, 1001]);
    polite.gone();
    clock.advance(2999);
    expect(silent.terminated).toBe(false);
    clock.advance(1);
    expect([polite.terminated, silent.terminated]).toEqual([false, true]);
    expect(clock.pendingTimers).toBe(timersBefore);
  });
});

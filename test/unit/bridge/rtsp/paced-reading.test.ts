import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PacedReading } from '../../../../bridge/rtsp/paced-reading.js';

const ROUND_MS = 97;
const FEW = 5000;
const MUCH = 64 * 1024;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A socket that is read at first, as sockets with a listener are. */
class FakeSocket {
  reads = true;
  pause(): this {
    this.reads = false;
    return this;
  }
  resume(): this {
    this.reads = true;
    return this;
  }
}

describe('paced reading', () => {
  let socket: FakeSocket;
  let reading: PacedReading;
  beforeEach(() => {
    socket = new FakeSocket();
    reading = new PacedReading(socket as never);
  });
  afterEach(() => {
    reading.inRounds(false);
  });

  it('reads what comes as it comes, unless it is told otherwise', () => {
    reading.heard(FEW);
    expect(socket.reads).toBe(true);
  });

  it('in rounds leaves what comes next to the next round, and reads at once again when it is told to', () => {
    reading.inRounds(true);
    for (let round = 0; round < 3; round++) {
      expect(socket.reads).toBe(true);
      reading.heard(FEW);
      expect(socket.reads).toBe(false);
      vi.advanceTimersByTime(ROUND_MS);
    }
    reading.heard(FEW);
    reading.inRounds(false);
    expect(socket.reads).toBe(true);
    reading.heard(FEW);
    expect(socket.reads).toBe(true);
    vi.advanceTimersByTime(ROUND_MS);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on reading where so much has come that the other side may have been held up', () => {
    reading.inRounds(true);
    reading.heard(MUCH);
    expect(socket.reads).toBe(true);
    reading.heard(MUCH - 1);
    expect(socket.reads).toBe(false);
  });

  it('reads nothing while there is no room, whatever round it is', () => {
    reading.inRounds(true);
    reading.pause();
    vi.advanceTimersByTime(2 * ROUND_MS);
    expect(socket.reads).toBe(false);
    reading.heard(FEW);
    reading.resume();
    expect(socket.reads).toBe(false);
    vi.advanceTimersByTime(ROUND_MS);
    expect(socket.reads).toBe(true);
    reading.pause();
    reading.inRounds(false);
    expect(socket.reads).toBe(false);
    reading.resume();
    expect(socket.reads).toBe(true);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PacketBatch } from '../../../../bridge/lanes/packet-batch.js';

const packet = (bytes = 1000) => Buffer.alloc(bytes);

/** A batch, and how many packets went out with each call. */
const batchOf = () => {
  const calls: number[] = [];
  return { calls, batch: new PacketBatch({ writeAll: (packets) => void calls.push(packets.length) }) };
};

describe('packets that may wait', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('do not before it is said', () => {
    const { calls, batch } = batchOf();
    batch.add(packet());
    batch.add(packet());
    expect([calls, batch.bytes]).toEqual([[1, 1], 0]);
  });

  it('go out together after a while, and those behind them after another', () => {
    const { calls, batch } = batchOf();
    batch.hold();
    for (let n = 0; n < 3; n++) batch.add(packet());
    expect([calls, batch.bytes]).toEqual([[], 3000]);
    vi.advanceTimersByTime(200);
    batch.add(packet());
    vi.advanceTimersByTime(200);
    expect([calls, batch.bytes]).toEqual([[3, 1], 0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('go out at once when they are many bytes, or nothing else will come', () => {
    const { calls, batch } = batchOf();
    batch.hold();
    batch.add(packet());
    batch.add(packet(200_000));
    expect(calls).toEqual([2]);
    batch.add(packet());
    batch.flush();
    expect(calls).toEqual([2, 1]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are forgotten when nobody wants them', () => {
    const { calls, batch } = batchOf();
    batch.hold();
    batch.add(packet());
    batch.drop();
    vi.advanceTimersByTime(200);
    expect([calls, batch.bytes]).toEqual([[], 0]);
  });
});

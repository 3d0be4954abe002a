import { describe, expect, it } from 'vitest';
import { FragmentBuffer } from '../../../../bridge/rtp/fragment-buffer.js';

const MEGABYTE = 1024 * 1024;

describe('FragmentBuffer', () => {
  it('puts parts together', () => {
    const buffer = new FragmentBuffer(100);
    buffer.addByte(0x65);
    buffer.add(Buffer.from([9, 9, 1, 2]), 2);
    buffer.add(Buffer.from([3, 4, 5]), 0, 1);
    buffer.add(Buffer.from([7]), 3);
    expect([buffer.unit.toString('hex'), buffer.length]).toEqual(['65010203', 4]);
    buffer.clear();
    expect(buffer.length).toBe(0);
  });

  it('takes no more than its limit', () => {
    const buffer = new FragmentBuffer(5);
    expect([buffer.add(Buffer.alloc(5)), buffer.addByte(1), buffer.add(Buffer.alloc(1))]).toEqual([true, false, false]);
    expect([buffer.length, buffer.capacity]).toEqual([5, 5]);
  });

  it('keeps its room between usual units, and releases that of a large one', () => {
    const buffer = new FragmentBuffer(8 * MEGABYTE);
    buffer.add(Buffer.alloc(100_000));
    buffer.clear();
    const usual = buffer.capacity;
    expect(usual).toBeGreaterThanOrEqual(100_000);
    for (let part = 0; part < 200; part++) buffer.add(Buffer.alloc(40_000, part));
    expect(buffer.unit[199 * 40_000]).toBe(199);
    expect(buffer.capacity).toBeLessThanOrEqual(8 * MEGABYTE);
    buffer.clear();
    expect(buffer.capacity).toBe(0);
  });
});

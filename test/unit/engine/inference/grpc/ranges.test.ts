import { describe, expect, it } from 'vitest';
import { type Range, Ranges } from '../../../../../engine/inference/grpc/ranges.js';

const PAGE = 4096;

describe('the ranges of a shared memory', () => {
  it('do not overlap, and are all there again when they have been given back in any order', () => {
    const ranges = new Ranges(10 * PAGE);
    const taken = [1, PAGE, PAGE + 1, 3 * PAGE].map((length) => ranges.take(length)!);
    expect(taken.map(({ offset, length }) => [offset / PAGE, length])).toEqual([
      [0, 1],
      [1, PAGE],
      [2, PAGE + 1],
      [4, 3 * PAGE],
    ]);
    for (const at of [2, 0, 3, 1]) ranges.giveBack(taken[at]!);
    expect(ranges.freeBytes).toBe(10 * PAGE);
    expect(ranges.take(10 * PAGE)).toEqual({ offset: 0, length: 10 * PAGE });
  });

  it('are refused when there is no hole that is large enough', () => {
    const ranges = new Ranges(4 * PAGE);
    const [first, , third] = [0, 1, 2, 3].map(() => ranges.take(PAGE)!);
    ranges.giveBack(first!);
    ranges.giveBack(third!);
    expect(ranges.freeBytes).toBe(2 * PAGE);
    expect(ranges.fits(PAGE)).toBe(true);
    expect(ranges.fits(PAGE + 1)).toBe(false);
    expect(ranges.take(PAGE + 1)).toBeUndefined();
  });

  it('are taken back once, however often they are given', () => {
    const ranges = new Ranges(2 * PAGE);
    const range = ranges.take(10)!;
    ranges.giveBack(range);
    ranges.giveBack(range);
    expect(ranges.freeBytes).toBe(2 * PAGE);
  });

  it('keep their books through ten thousand pictures of all sizes', () => {
    const ranges = new Ranges(64 * PAGE);
    const held: Range[] = [];
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    for (let n = 0; n < 10_000; n++) {
      const range = ranges.take(random(12 * PAGE));
      if (range) {
        for (const other of held) {
          expect(range.offset >= other.offset + other.length || range.offset + range.length <= other.offset).toBe(true);
        }
        held.push(range);
      }
      if (held.length > 0 && (!range || random(3) === 0)) ranges.giveBack(held.splice(random(held.length), 1)[0]!);
    }
    for (const range of held) ranges.giveBack(range);
    expect(ranges.take(64 * PAGE)).toEqual({ offset: 0, length: 64 * PAGE });
  });
});

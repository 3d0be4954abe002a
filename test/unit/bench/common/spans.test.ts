import { describe, expect, it } from 'vitest';
import { secondsIn, union, without } from '../../../../bench/common/spans.js';

describe('stretches of time', () => {
  it('are counted once where they overlap, and compared second by second', () => {
    const all = [
      [0, 10],
      [5, 20],
      [30, 40],
    ] as const;
    expect(secondsIn(all)).toBe(30);
    expect(without(all, [[0, 50]])).toEqual([]);
    expect(without(all, [])).toEqual([
      [0, 20],
      [30, 40],
    ]);
    expect(
      without(all, [
        [1, 4],
        [3, 6],
        [18, 31],
        [39, 50],
      ]),
    ).toEqual([
      [0, 1],
      [6, 18],
      [31, 39],
    ]);
  });

  it('are one where they follow each other as closely as is asked', () => {
    expect(
      union(
        [
          [2, 3],
          [0, 1],
          [1.001, 2],
          [3.1, 4],
        ],
        0.002,
      ),
    ).toEqual([
      [0, 3],
      [3.1, 4],
    ]);
  });
});

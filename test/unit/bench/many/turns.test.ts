import { describe, expect, it } from 'vitest';
import { placeOf, turnAt } from '../../../../bench/many/turns.js';

const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Whose turn began within the last `seconds`. */
const moving = (turns: Parameters<typeof turnAt>[0], at: number): number[] =>
  range(turns.cameras).filter((camera) => turnAt(turns, camera, at) > turnAt(turns, camera, at - turns.seconds));

describe('the turns of cameras', () => {
  it.each([
    [300, 0.05],
    [100, 0.05],
    [40, 0.25],
  ])('of %i cameras %f are on at any time', (cameras, share) => {
    const turns = { cameras, share, seconds: 10 };
    for (let at = 10; at < 500; at += 3.7) {
      expect(Math.abs(moving(turns, at).length - cameras * share)).toBeLessThanOrEqual(1);
    }
  });

  it('come to every camera once before any has its second', () => {
    const turns = { cameras: 300, share: 0.05, seconds: 10 };
    const around = turns.seconds / turns.share;
    for (const camera of range(300)) {
      expect(turnAt(turns, camera, -0.1)).toBe(-1);
      expect(turnAt(turns, camera, around - 0.1)).toBe(0);
      expect(turnAt(turns, camera, 3 * around - 0.1)).toBe(2);
    }
  });

  it.each([1, 2, 3, 5, 8, 20, 100, 300])('give each of %i cameras a place of its own', (cameras) => {
    expect(
      range(cameras)
        .map((camera) => placeOf(cameras, camera))
        .sort((a, b) => a - b),
    ).toEqual(range(cameras));
  });

  it('do not come where nothing is to move', () => {
    expect(turnAt({ cameras: 10, share: 0, seconds: 10 }, 3, 1e6)).toBe(-1);
  });
});

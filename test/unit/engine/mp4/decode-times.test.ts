import { describe, expect, it } from 'vitest';
import { DecodeTimes, reorderDepth } from '../../../../engine/mp4/decode-times.js';

const decoded = (depth: number, times: readonly number[]): number[] => {
  const decodeTimes = new DecodeTimes(depth, 40);
  return times.map((pts) => decodeTimes.next(pts));
};

/** Presentation times in decoding order: a pyramid of B-frames, three between two others. */
const PYRAMID = [0, 160, 80, 40, 120, 320, 240, 200, 280, 480, 400, 360, 440];

describe('decoding times', () => {
  it('are those of presentation where nothing is reordered', () => {
    expect(decoded(0, [0, 40, 80, 130])).toEqual([0, 40, 80, 130]);
  });

  it('rise, and are never later than the picture', () => {
    const depth = reorderDepth(PYRAMID);
    expect(depth).toBe(2);
    const times = decoded(depth, PYRAMID);
    expect(times).toEqual([-80, -40, 0, 40, 80, 120, 160, 200, 240, 280, 320, 360, 400]);
    for (const [index, time] of times.entries()) expect(time).toBeLessThanOrEqual(PYRAMID[index]!);
  });

  it('stay in order when pictures turn out to be reordered by more', () => {
    const times = decoded(0, PYRAMID);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  });
});

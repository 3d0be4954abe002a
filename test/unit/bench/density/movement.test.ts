import { describe, expect, it } from 'vitest';
import type { Span } from '../../../../bench/common/spans.js';
import { clipOf, keptOf, movesIn } from '../../../../bench/density/movement.js';

const yard = { began: 1000, period: 24, motion: [{ start: 4, end: 8 }] };

describe('when something moves', () => {
  it('follows the timetable from when the scene began, turn after turn', () => {
    expect(movesIn(yard, [1000, 1050])).toEqual([
      [1004, 1008],
      [1028, 1032],
    ]);
  });

  it('is cut at the ends of the window, and may lie before the scene was seen to begin', () => {
    expect(movesIn(yard, [1006, 1029])).toEqual([
      [1006, 1008],
      [1028, 1029],
    ]);
    expect(movesIn(yard, [1009, 1020])).toEqual([]);
    expect(movesIn(yard, [975, 990])).toEqual([[980, 984]]);
  });

  it('is one span where it never ends', () => {
    expect(movesIn({ began: 5, period: 12, motion: [{ start: 0, end: 12 }] }, [100, 150])).toEqual([[100, 150]]);
  });
});

describe('what clips have of it', () => {
  /** Pictures of 40 ms from one second to another. */
  const pictures = (from: number, to: number): Span[] =>
    Array.from({ length: Math.round((to - from) * 25) }, (_, i) => [from + i / 25, from + (i + 1) / 25] as const);

  it('is counted by pictures, in whatever order, and once where clips overlap', () => {
    const moves: Span[] = [
      [10, 14],
      [30, 34],
    ];
    const { moved, kept } = keptOf(moves, [...pictures(31, 40), ...pictures(5, 13), ...pictures(12, 13)]);
    expect(moved).toBe(8);
    expect(kept).toBeCloseTo(6, 3);
  });

  it('lacks what a clip lacks in its middle', () => {
    expect(keptOf([[10, 14]], [...pictures(9, 11), ...pictures(12, 20)]).kept).toBeCloseTo(3, 3);
    expect(keptOf([[10, 14]], []).kept).toBe(0);
  });
});

describe('the name of a clip', () => {
  it('says of which camera it is and when it begins', () => {
    const begins = Date.UTC(2026, 0, 2, 3, 4, 5, 678) / 1000;
    expect(clipOf('camera-7-20260102T030405.678Z.mp4')).toEqual({ camera: 6, begins });
    expect(clipOf('camera-12-20260102T030405.678Z-2.mp4')).toEqual({ camera: 11, begins });
  });

  it.each(['camera-7-20260102T030405.678Z.mp4.part', 'camera-7.mp4', '1@20260102030405.mp4'])('is not %s', (name) => {
    expect(clipOf(name)).toBeUndefined();
  });
});

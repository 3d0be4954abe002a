import { describe, expect, it } from 'vitest';
import { judge } from '../../../../bench/many/judge.js';

const walk = (camera: number, begins: number) => ({ camera, begins, ends: begins + 8000 });

/** All that these tests tell of. */
const ALWAYS = [0, 60_000] as const;

describe('the verdict on what was told', () => {
  it('takes the event with the earliest picture of each movement', () => {
    const told = [
      { camera: 1, at: 13_000, came: 13_100 },
      { camera: 1, at: 10_200, came: 11_900 },
      { camera: 2, at: 10_200, came: 10_300 },
    ];
    const clips = [{ camera: 1, from: 5000, to: 21_000 }];
    const verdict = judge([walk(1, 10_000)], told, clips, ALWAYS);
    expect(verdict).toMatchObject({ movements: 1, missed: [], unrecorded: [] });
    expect(verdict.afterPicture).toEqual([1700]);
    expect(verdict.afterBegin).toEqual([1900]);
    expect(verdict.strays).toEqual([told[2]]);
  });

  it('finds what was missed, and what no clip has whole', () => {
    const movements = [walk(1, 10_000), walk(2, 10_000), walk(3, 10_000), walk(4, 10_000)];
    const clips = [
      { camera: 2, from: 10_001, to: 30_000 },
      { camera: 3, from: 0, to: 17_000 },
      { camera: 4, from: 0, to: 17_600 },
    ];
    const verdict = judge(movements, [{ camera: 2, at: 11_000, came: 11_100 }], clips, ALWAYS);
    expect(verdict.missed).toEqual([movements[0], movements[2], movements[3]]);
    expect(verdict.unrecorded).toEqual(movements.slice(0, 3));
  });

  it('asks nothing of movements that begin outside of the span, and takes no event about one for a stray', () => {
    const span = [11_000, 30_000] as const;
    const verdict = judge([walk(1, 10_000), walk(2, 30_000)], [{ camera: 1, at: 12_000, came: 12_100 }], [], span);
    expect(verdict).toMatchObject({ movements: 0, missed: [], unrecorded: [], strays: [] });
  });

  it('hears of a movement at the end of the span what was told behind it, and counts no stray there', () => {
    const told = [
      { camera: 1, at: 30_100, came: 31_000 },
      { camera: 2, at: 30_100, came: 31_000 },
    ];
    const verdict = judge([walk(1, 29_900)], told, [], [0, 30_000]);
    expect(verdict).toMatchObject({ movements: 1, missed: [], afterPicture: [900], strays: [] });
  });
});

import { describe, expect, it } from 'vitest';
import { isFound } from '../../../../bench/accuracy/after-weather.js';
import { movesTold } from '../../../../bench/accuracy/busy.js';
import { bars } from '../../../../bench/accuracy/drawings.js';
import { drawn } from '../../../../bench/accuracy/long-scene.js';
import { nearest, pooledRatio, ratioOf } from '../../../../bench/accuracy/mid-start.js';
import { startsOverBase } from '../../../../bench/accuracy/stress.js';

describe('a camera that is moved', () => {
  const told = (t: number, kind = 'moved', began = true) => ({ kind, cause: '', began, t }) as never;

  it('is told of in time, by the right event', () => {
    expect(movesTold([told(6.5)], [6])).toBe(1);
    expect(movesTold([told(5.9)], [6])).toBe(1);
    expect(movesTold([told(7.2)], [6])).toBe(0);
    expect(movesTold([told(6.5, 'tampered'), told(6.5, 'moved', false)], [6])).toBe(0);
  });
});

describe('a start in the middle', () => {
  it('is at the nearest picture', () => {
    expect(nearest([0, 0.2, 0.4, 0.6], 0.45)).toBe(2);
  });

  it('is compared with what is found otherwise', () => {
    expect(ratioOf({ found: 1, before: 2 })).toBe(0.5);
    expect(ratioOf({ found: 0, before: 0 })).toBe(1);
    const one = { clip: '', rate: '5', event: [0, 1] as const, of: 4 };
    expect(
      pooledRatio([
        { ...one, found: 1, before: 2 },
        { ...one, found: 4, before: 3 },
      ]),
    ).toBe(1);
  });
});

describe('a walker among other things', () => {
  const object = { l: 0.5, t: 0.5, w: 0.05, h: 0.1 };

  it('is found by a box that says where it is', () => {
    expect(isFound({ motion: true, boxes: [{ ...object, l: 0.48 }] }, object)).toBe(true);
    expect(isFound({ motion: true, boxes: [{ l: 0, t: 0, w: 1, h: 1 }] }, object)).toBe(false);
    expect(isFound({ motion: true, boxes: [{ ...object, l: 0.1 }] }, object)).toBe(false);
    expect(isFound({ motion: false, boxes: [object] }, object)).toBe(false);
  });

  it('is drawn as far as it is in the picture', () => {
    const what = { width: 2, height: 1, luma: Uint8Array.of(7, 8) };
    expect([...drawn(new Uint8Array(4), 4, what, -1, 0)]).toEqual([8, 0, 0, 0]);
    expect([...drawn(new Uint8Array(4), 4, what, 3, 0)]).toEqual([0, 0, 0, 7]);
    expect([...drawn(new Uint8Array(4), 4, what, 4, 0)]).toEqual([0, 0, 0, 0]);
  });
});

describe('stress', () => {
  const variant = (kind: string, ...starts: number[]) => ({
    clip: { name: kind, pooled: true, nuisance: false, old: true, kind, base: 'a' },
    phases: starts.map((n) => ({ score: { falseStarts: new Array(n).fill(1) } as never })),
  });

  it('counts what the same phase of the undisturbed clip does not have', () => {
    const [base, rain] = [variant('base', 1, 0), variant('noise', 2, 0)];
    expect(startsOverBase(rain, [base, rain])).toBe(1);
    expect(startsOverBase(base, [base, rain])).toBe(0);
    expect(startsOverBase(variant('ir', 0, 0), [base])).toBe(0);
  });
});

it('draws verdicts that follow each other closely as one bar', () => {
  expect(bars([1, 1.2, 1.4, 3], 0.45)).toEqual([
    [1, 1.4],
    [3, 3],
  ]);
});

import { describe, expect, it } from 'vitest';
import type { Thing } from '../../kit/motion-planes.js';
import { changesOf, flicker, motionOf, patches, rain, type Watched, watch } from '../../kit/motion-watch.js';

/** An object of ordinary contrast that walks by. */
const passer = (t: number): Thing => ({ x: Math.round(40 + t * 30), y: 80, w: 16, h: 40, darker: 40 });

const toldOf = (verdicts: Watched[], kind: string, began: boolean): number[] =>
  changesOf(verdicts).flatMap((c) => (c.kind === kind && c.began === began ? [c.t] : []));

const meanInsensitive = (verdicts: Watched[], from: number, to: number): number => {
  const during = verdicts.filter((v) => v.t >= from && v.t < to);
  return during.reduce((sum, v) => sum + v.insensitive, 0) / during.length;
};

describe('a pan of the camera', () => {
  it.each([
    [5, 0.8, 300],
    [5, 3, 300],
    [10, 2, 600],
    [30, 0.8, 300],
  ])(
    'is told within a second, once, and ended, at %d pictures a second for %d s over %d columns',
    (rate, lasts, dx) => {
      const verdicts = watch(16, (t) => ({ look: { dx: t < 6 ? 0 : Math.min(dx, ((t - 6) / lasts) * dx) } }), rate, dx);
      const told = changesOf(verdicts).map(({ kind, cause, began }) => ({ kind, cause, began }));
      expect(told).toEqual([
        { kind: 'moved', cause: 'pan', began: true },
        { kind: 'moved', cause: 'pan', began: false },
      ]);
      const [began, ended] = changesOf(verdicts).map((c) => c.t) as [number, number];
      expect(began).toBeGreaterThanOrEqual(6);
      expect(began).toBeLessThanOrEqual(7);
      expect(ended).toBeGreaterThanOrEqual(6 + lasts);
      expect(ended).toBeLessThanOrEqual(6 + lasts + 3);
      expect(motionOf(verdicts)).toEqual([]);
    },
  );

  it('leaves the detector able to find who walks in the new view', () => {
    const verdicts = watch(
      18,
      (t) => ({
        look: { dx: t < 6 ? 0 : Math.min(300, (t - 6) * 300) },
        things: t < 11 ? [] : [passer(t - 11)],
      }),
      5,
      300,
    );
    expect(motionOf(verdicts, 0, 11)).toEqual([]);
    expect(motionOf(verdicts)[0]).toBeLessThanOrEqual(12);
  });
});

describe('a cut to black', () => {
  it.each([0, 1, 3])('is told as tampered and never as infrared, with %d levels of noise', (grain) => {
    const verdicts = watch(20, (t) => ({ look: t < 6 || t >= 13 ? {} : { gain: 0.02, grain, colour: 0 } }));
    const [began, ...again] = toldOf(verdicts, 'tampered', true);
    expect(began).toBeGreaterThan(6);
    expect(began).toBeLessThanOrEqual(9);
    expect(again).toEqual([]);
    const [ended] = toldOf(verdicts, 'tampered', false);
    expect(ended).toBeGreaterThanOrEqual(13);
    expect(ended).toBeLessThanOrEqual(14);
    expect(changesOf(verdicts).map((c) => c.cause)).not.toContain('infrared');
    expect(motionOf(verdicts)).toEqual([]);
    for (const v of verdicts.filter(({ t }) => t > 7 && t < 13)) expect(v.insensitive).toBeGreaterThan(0.9);
    expect(meanInsensitive(verdicts, 16, 20)).toBeLessThan(0.01);
  });
});

describe('ten seconds of flicker', () => {
  it.each([
    ['of the whole picture', (n: number) => ({ look: flicker(n, 0.4) })],
    ['of all its parts', (n: number) => ({ things: patches(n, 60) })],
  ])('%s are got over five seconds later', (_, flickering) => {
    const verdicts = watch(26, (t, n) => {
      if (t >= 8 && t < 18) return flickering(n);
      return { things: t < 23 ? [] : [passer(t - 23)] };
    });
    expect(motionOf(verdicts, 0, 8)).toEqual([]);
    expect(motionOf(verdicts, 19, 23)).toEqual([]);
    const found = motionOf(verdicts, 23);
    expect(found[0]).toBeLessThanOrEqual(24);
    expect(found.length).toBeGreaterThanOrEqual(10);
  });

  it('of the whole picture hide nobody, and are not said to', () => {
    const verdicts = watch(14, (t, n) => ({
      ...(t < 4 ? {} : { look: flicker(n, 0.4) }),
      things: t < 8 || t >= 13 ? [] : [passer(t - 8)],
    }));
    expect(motionOf(verdicts, 0, 8)).toEqual([]);
    expect(motionOf(verdicts)[0]).toBeLessThanOrEqual(9);
    expect(motionOf(verdicts, 8, 13).length).toBeGreaterThanOrEqual(20);
    expect(Math.max(...verdicts.map((v) => v.insensitive))).toBeLessThan(0.05);
  });
});

describe('the share of the picture in which nothing could be found', () => {
  it('is none in a lit scene, whoever walks there', () => {
    const verdicts = watch(14, (t) => ({ things: t < 6 ? [] : [passer(t - 6)] }));
    expect(motionOf(verdicts).length).toBeGreaterThan(30);
    expect(Math.max(...verdicts.map((v) => v.insensitive))).toBe(0);
  });

  it('is all of a black picture, from the first', () => {
    const verdicts = watch(4, () => ({ look: { gain: 0.02, grain: 1 } }));
    expect(Math.min(...verdicts.slice(1).map((v) => v.insensitive))).toBeGreaterThan(0.9);
  });

  it('is half of one that is dark on one side', () => {
    const night = { x: 0, y: 0, w: 160, h: 180, darker: 250 };
    const verdicts = watch(4, () => ({ things: [night] }));
    for (const { insensitive } of verdicts.slice(1)) expect(insensitive).toBeCloseTo(0.5, 2);
  });

  it.each([
    ['rain', (n: number) => rain(n, 50), 0.7],
    ['flicker of all parts of the picture', (n: number) => patches(n, 60), 0.3],
  ])('rises while there is %s for twenty seconds, and is gone ten seconds later', (_, disturbance, most) => {
    const verdicts = watch(40, (t, n) => ({ things: t < 6 || t >= 26 ? [] : disturbance(n) }));
    expect(meanInsensitive(verdicts, 0, 6)).toBe(0);
    expect(meanInsensitive(verdicts, 6, 8)).toBeLessThan(meanInsensitive(verdicts, 12, 16) - 0.1);
    expect(meanInsensitive(verdicts, 20, 26)).toBeGreaterThan(most);
    for (const v of verdicts.filter(({ t }) => t >= 36)) expect(v.insensitive).toBeLessThan(0.1);
  });
});

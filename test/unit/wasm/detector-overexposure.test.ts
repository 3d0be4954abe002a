/** A static scene of which another light leaves less to be seen, mostly white or nearly black, has not moved and is in focus. */
import { describe, expect, it } from 'vitest';
import { OfflineDetector } from '../../../wasm/detector/offline.js';
import { type Look, PlaneScene, randomOfNth } from '../../kit/motion-planes.js';
import { changesOf, motionOf, type Watched, watch } from '../../kit/motion-watch.js';

type Ground = (x: number, y: number) => number;

const checked = (x: number, y: number, step: number): number => ((x >> step) + (y >> step)) & 1;
const waves = (x: number, y: number): number => Math.sin(x / 13) * Math.cos(y / 9);
const inPoster = (x: number, y: number): boolean => x > 200 && x < 260 && y > 60 && y < 150;

const SCENES: Record<string, Ground> = {
  dark: (x, y) => 30 + 10 * waves(x, y) + 12 * checked(x, y, 4),
  mid: (x, y) => 100 + 30 * waves(x, y) + 24 * checked(x, y, 4),
  'mostly white': (x, y) =>
    inPoster(x, y) ? 40 + 20 * checked(x, y, 3) : 120 + 12 * waves(x, y) + 24 * checked(x, y, 4),
  textured: (x, y) => 40 + 170 * randomOfNth((x >> 3) + 640 * (y >> 3))(),
  'of which only a poster has much structure': (x, y) =>
    inPoster(x, y) ? 120 + 110 * checked(x, y, 3) : 60 + 3 * checked(x, y, 4),
};
const GAINS = [0.2, 0.33, 0.5, 1.5, 2.2, 3, 4, 6];
const AT = 3;
const LASTS = 4;

/** The light goes to `gain` in so many seconds, stays, and comes back in as many. */
const exposure =
  (gain: number, ramp: number) =>
  (t: number): Look => {
    const back = AT + LASTS + 2 * ramp;
    if (ramp === 0) return { gain: t >= AT && t < back ? gain : 1 };
    return { gain: gain ** Math.max(0, Math.min(1, (t - AT) / ramp, (back - t) / ramp)) };
  };

/** What is told of the camera, but for the light. */
const toldOf = (verdicts: readonly Watched[]): string[] =>
  changesOf(verdicts).flatMap((c) =>
    c.began && (c.kind === 'moved' || c.kind === 'tampered') ? [`${c.kind} ${c.cause}`] : [],
  );

/** The share of the scene that is white in this light. */
const whiteShare = (ground: Ground, gain: number): number => {
  const white = Array.from({ length: 320 * 180 }, (_, i) => ground(i % 320, Math.floor(i / 320)) * gain >= 250);
  return white.filter(Boolean).length / white.length;
};

const shown = (ground: Ground, gain: number, ramp: number, rate: number): Watched[] =>
  watch(AT + LASTS + 2 * ramp + 4, (t) => ({ look: exposure(gain, ramp)(t) }), rate, 0, ground);

const cases = (rates: number[], ramps: number[], gains: number[]): [string, number, number, number][] =>
  Object.keys(SCENES).flatMap((name) =>
    rates.flatMap((rate) =>
      ramps.flatMap((ramp) => gains.map((gain): [string, number, number, number] => [name, gain, ramp, rate])),
    ),
  );

describe('a static scene', () => {
  it.each([
    ...cases([5], [0], GAINS),
    ...cases([5], [1], [0.2, 2.2, 3, 6]),
    ...cases([15], [2], [3]),
    ...cases([30], [0], [3]),
  ])(
    '%s, in light of gain %d within %d s at %d pictures a second, has not moved, and is in focus',
    (name, gain, ramp, rate) => {
      const ground = SCENES[name] as Ground;
      const verdicts = shown(ground, gain, ramp, rate);
      const white = whiteShare(ground, gain);
      // Of what is all white nothing can be seen. Around the bound both are right.
      if (white > 0.95) expect(toldOf(verdicts)).toEqual(['tampered covered']);
      else if (white < 0.8) expect(toldOf(verdicts)).toEqual([]);
      else expect(['', 'tampered covered']).toContain(toldOf(verdicts).join());
      const last = changesOf(verdicts)
        .filter((c) => c.kind === 'tampered')
        .at(-1);
      expect(last?.began ?? false).toBe(false);
      expect(verdicts.at(-1)?.insensitive).toBeLessThan(0.05);
    },
  );
});

describe('after an overexposure', () => {
  it.each([2, 3, 6])('of gain %d who walks by is found as before', (gain) => {
    const walks = AT + LASTS + 2;
    const verdicts = watch(walks + 6, (t) => ({
      look: exposure(gain, 0)(t),
      things: t < walks ? [] : [{ x: Math.round(40 + (t - walks) * 30), y: 80, w: 16, h: 40, darker: 40 }],
    }));
    expect(motionOf(verdicts, 0, walks)).toEqual([]);
    expect(motionOf(verdicts)[0]).toBeLessThanOrEqual(walks + 1);
  });
});

describe('a pan', () => {
  const PAN = 6;
  const across: Ground = (x, y) => 40 + 130 * randomOfNth((x >> 3) + 640 * (y >> 3))();

  it.each([
    [1.5, 6],
    [0.6, 6],
    [1.5, 5.4],
    [0.5, 4],
    [2, 4],
    [0.6, 6.4],
  ])('with a light of gain %d from second %d on is found', (gain, at) => {
    const look = (t: number): Look => ({
      dx: t < PAN ? 0 : Math.min(300, (t - PAN) * 500),
      gain: t < at ? 1 : gain,
    });
    const verdicts = watch(12, (t) => ({ look: look(t) }), 5, 300, across);
    expect(toldOf(verdicts)).toEqual(['moved pan']);
    const [began] = changesOf(verdicts).flatMap((c) => (c.kind === 'moved' ? [c.t] : []));
    expect(began).toBeGreaterThan(PAN);
    expect(began).toBeLessThanOrEqual(PAN + 1);
  });
});

describe('a lens', () => {
  const LOST = 6;
  /** What a lens out of focus shows of squares of 8 pixels. */
  const blurred = (x: number, y: number): number => 125 + 20 * waves(x / 3, y / 3);

  const lose = (after: Ground, gain: number, at: number): string[] => {
    const [sharp, lost] = [SCENES.textured as Ground, after].map(
      (ground) => new PlaneScene({ width: 320, height: 180, ground }),
    );
    const detector = new OfflineDetector({ sensitivity: 'medium' });
    const verdicts = Array.from({ length: 12 * 5 }, (_, n) => {
      const t = n / 5;
      const look = { seed: n, gain: t < at ? 1 : gain };
      return { ...detector.judge((t < LOST ? sharp : lost)?.picture(n * 200_000, [], look) as never), t };
    });
    return toldOf(verdicts);
  };

  it.each([
    [1, 99],
    [0.5, 4],
    [0.7, 6],
    [1.4, 5],
  ])('that goes out of focus is found, with a light of gain %d from second %d on', (gain, at) => {
    expect(lose(blurred, gain, at)).toEqual(['tampered defocus']);
  });

  it.each([
    [1, 99],
    [0.5, 4],
    [0.3, 6],
    [1.4, 5],
  ])('that is covered is found, with a light of gain %d from second %d on', (gain, at) => {
    expect(lose(() => 12, gain, at).map((told) => told.split(' ')[0])).toEqual(['tampered']);
  });
});

/** A made scene as the detector sees it. */
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { SceneChange, Verdict } from '../../wasm/types.js';
import { type Look, PlaneScene, randomOfNth, type SceneOptions, type Thing } from './motion-planes.js';

export interface Shown {
  things?: Thing[];
  look?: Look;
}

export type Watched = Verdict & { t: number };

/** Judges `seconds` of a scene at `rate` pictures a second. */
export function watch(
  seconds: number,
  show: (t: number, n: number) => Shown,
  rate = 5,
  wider = 0,
  ground?: SceneOptions['ground'],
): Watched[] {
  const scene = new PlaneScene({ width: 320, height: 180, wider, ...(ground ? { ground } : {}) });
  const detector = new OfflineDetector({ sensitivity: 'medium' });
  return Array.from({ length: Math.round(seconds * rate) }, (_, n) => {
    const t = n / rate;
    const { things, look } = show(t, n);
    return { ...detector.judge(scene.picture(Math.round(t * 1e6), things, { seed: n, ...look })), t };
  });
}

/** Times of the pictures with motion. */
export const motionOf = (verdicts: readonly Watched[], from = 0, to = Number.POSITIVE_INFINITY): number[] =>
  verdicts.filter((v) => v.motion && v.t >= from && v.t < to).map((v) => v.t);

export const changesOf = (verdicts: readonly Watched[]): (SceneChange & { t: number })[] =>
  verdicts.flatMap(({ scene, t }) => scene.map((change) => ({ ...change, t })));

/** Bright streaks, others in each picture. */
export const rain = (n: number, count: number): Thing[] => {
  const random = randomOfNth(n);
  return Array.from({ length: count }, () => {
    const [x, y, h] = [random(), random(), random()];
    return { x: Math.floor(x * 318), y: Math.floor(y * 160), w: 2, h: 20 + Math.floor(h * 20), level: 200 };
  });
};

/** Light of the whole picture that is another in each one: a gain of so much more or less. */
export const flicker = (n: number, share: number): Look => ({ gain: 1 + (2 * randomOfNth(n)() - 1) * share });

/** Squares of 32 pixels, each of which is darker by another amount in each picture. */
export const patches = (n: number, most: number): Thing[] => {
  const random = randomOfNth(n);
  return Array.from({ length: 60 }, (_, i) => ({
    x: (i % 10) * 32,
    y: Math.floor(i / 10) * 32,
    w: 32,
    h: 32,
    darker: Math.round(random() * most),
  }));
};

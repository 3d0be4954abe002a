/** A detector that is not perfect, made of the labels. The same seed makes the same detector. */
import type { Detection } from '../../wasm/types.js';
import type { Labelled } from './boxes.js';

export interface Noise {
  /** Standard deviation of the middle of a box and of its sides, as a share of its sides. */
  jitter: number;
  /** Share of the objects that are missed … */
  misses: number;
  /** … and of false boxes. */
  falses: number;
}

const NOISE: Noise = { jitter: 0.05, misses: 0.1, falses: 0.02 };

/** Numbers from 0 to 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Detections of every k-th frame from `phase` on, null for the others. */
export function simulate(
  truth: readonly (readonly Labelled[])[],
  options: { every: number; phase: number; seed: number; noise?: Noise },
): (Detection[] | null)[] {
  const { every, phase, seed, noise = NOISE } = options;
  const random = randomFrom(seed * 7919 + 17);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const scored = (mean: number, deviation: number): number =>
    Math.min(0.99, Math.max(0.15, mean + deviation * normal()));
  const sides = truth.flat().map(({ box }) => [box.w, box.h] as const);
  const seen = ({ box }: Labelled): Detection => {
    const w = box.w * Math.max(0.5, 1 + noise.jitter * normal());
    const h = box.h * Math.max(0.5, 1 + noise.jitter * normal());
    const x = box.l + box.w / 2 + noise.jitter * box.w * normal();
    const y = box.t + box.h / 2 + noise.jitter * box.h * normal();
    return { box: { l: x - w / 2, t: y - h / 2, w, h }, kind: 0, score: scored(0.8, 0.1) };
  };
  const nothing = (): Detection => {
    const [w, h] = sides[Math.floor(random() * sides.length)] ?? [0.1, 0.1];
    return { box: { l: random() * (1 - w), t: random() * (1 - h), w, h }, kind: 0, score: scored(0.5, 0.15) };
  };
  return truth.map((objects, frame) => {
    if (frame < phase || (frame - phase) % every !== 0) return null;
    const found = objects.filter(() => random() >= noise.misses).map(seen);
    const falses = objects.filter(() => random() < noise.falses).map(nothing);
    return [...found, ...falses];
  });
}

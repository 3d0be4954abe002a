/** Long scenes made of short clips: pictures in memory, shown to a detector five a second. */
import type { Verdict } from '../../wasm/types.js';
import { type Clip, copiesOf, picturesOf } from './clips.js';
import { detectorOf } from './ours.js';

/** A small generator, so that every run makes the same noise. */
export function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export class Scene {
  readonly #detector = detectorOf();
  readonly #clip: Clip;
  readonly #random = noise(5);
  #t = 0;

  constructor(clip: Clip) {
    this.#clip = clip;
  }

  get seconds(): number {
    return this.#t;
  }

  /** Whether there is motion in the next picture. */
  show(data: Uint8Array, grain = 0): boolean {
    return this.judge(data, grain).motion;
  }

  /** Judges a picture as the next of five a second; `grain` levels of noise are added to luma. */
  judge(data: Uint8Array, grain = 0): Verdict {
    const { width, height } = this.#clip;
    const copy = data.slice();
    if (grain > 0) {
      for (let i = 0; i < width * height; i++) {
        const v = (copy[i] as number) + Math.round((this.#random() + this.#random() - 1) * 2 * grain);
        copy[i] = Math.max(0, Math.min(255, v));
      }
    }
    const chroma = ((width >> 1) + 3) & ~3;
    const u = width * height;
    const verdict = this.#detector.judge({
      pts: Math.round(this.#t * 1e6),
      width,
      height,
      strides: [width, chroma, chroma],
      offsets: [0, u, u + chroma * (height >> 1)],
      data: copy,
    });
    this.#t += 0.2;
    return verdict;
  }
}

/** Copies of every picture between two times, five a second. */
export function part(clip: Clip, from: number, to: number): Uint8Array[] {
  const pictures = picturesOf(clip);
  const picks: number[] = [];
  for (let t = from; t < to; t += 0.2) picks.push(Math.min(pictures.frames - 1, Math.round(t * clip.fps)));
  return copiesOf(clip, pictures, picks);
}

/** Forth and back, so that nothing jumps. */
export function* forthAndBack(pictures: readonly Uint8Array[], seconds: number): Generator<Uint8Array> {
  const n = pictures.length;
  for (let i = 0; i < seconds * 5; i++) {
    const k = i % (2 * n - 2);
    yield pictures[k < n ? k : 2 * n - 2 - k] as Uint8Array;
  }
}

/** A part of a picture that is drawn over it. */
export interface Figure {
  width: number;
  height: number;
  luma: Uint8Array;
}

/** With a texture between two grey levels. */
export function figure(width: number, height: number, random: () => number, darkest: number, range: number): Figure {
  const luma = Uint8Array.from({ length: width * height }, () => darkest + Math.floor(random() * range));
  return { width, height, luma };
}

/** Draws it into the picture; what lies beyond the left or right edge is not seen. */
export function drawn(picture: Uint8Array, width: number, what: Figure, left: number, top: number): Uint8Array {
  const [from, to] = [Math.max(0, -left), Math.min(what.width, width - left)];
  if (to <= from) return picture;
  for (let y = 0; y < what.height; y++) {
    picture.set(what.luma.subarray(y * what.width + from, y * what.width + to), (top + y) * width + left + from);
  }
  return picture;
}

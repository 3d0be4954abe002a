/**
 * Long scenes made of short clips: a person who stands still for a minute, an object that is put down, ten minutes of
 * leaves before something comes. Made of pictures in memory; left out when the clips are not there.
 */
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { BenchResult } from '../common/result.js';
import { type Clip, copiesOf, picturesOf } from './clips.js';

/** A small generator, so that every run makes the same noise. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

class Scene {
  readonly #detector = new OfflineDetector({ sensitivity: 'medium' });
  readonly #clip: Clip;
  readonly #random = noise(5);
  #t = 0;

  constructor(clip: Clip) {
    this.#clip = clip;
  }

  get seconds(): number {
    return this.#t;
  }

  /** Judges a picture as the next of five a second; `grain` levels of noise are added to luma. */
  show(data: Uint8Array, grain = 0): boolean {
    const { width, height } = this.#clip;
    const copy = Uint8Array.from(data);
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
    return verdict.motion;
  }
}

/** Copies of every picture between two times, five a second. */
function part(clip: Clip, from: number, to: number): Uint8Array[] {
  const pictures = picturesOf(clip);
  const picks: number[] = [];
  for (let t = from; t < to; t += 0.2) picks.push(Math.min(pictures.frames - 1, Math.round(t * clip.fps)));
  return copiesOf(clip, pictures, picks);
}

/** Forth and back, so that nothing jumps. */
function* loop(pictures: readonly Uint8Array[], seconds: number): Generator<Uint8Array> {
  const n = pictures.length;
  for (let i = 0; i < seconds * 5; i++) {
    const k = i % (2 * n - 2);
    yield pictures[k < n ? k : 2 * n - 2 - k] as Uint8Array;
  }
}

/** When the first visitor of the clip turns round to leave. */
const MOVES_ON = 17.8;

function standing(clip: Clip): BenchResult[] {
  const scene = new Scene(clip);
  for (const p of part(clip, 1, 12)) scene.show(p);
  const still = part(clip, 12, 12.2)[0] as Uint8Array;
  let during = 0;
  for (let i = 0; i < 300; i++) if (scene.show(still, 2)) during++;
  // What the visitor does until here is to stand, too.
  for (const p of part(clip, 12.2, MOVES_ON)) scene.show(p);
  const began = scene.seconds;
  let again = Number.NaN;
  for (const p of part(clip, MOVES_ON, 20.4)) {
    const t = scene.seconds - began;
    if (scene.show(p) && Number.isNaN(again)) again = t;
  }
  return [
    { name: 'standing 60 s', metric: 'verdicts while standing', value: during, unit: 'of 300 frames' },
    { name: 'standing 60 s', metric: 'verdict after moving on', value: again, unit: 's' },
  ];
}

function putDown(clip: Clip): BenchResult[] {
  const scene = new Scene(clip);
  const quiet = part(clip, 1, 5);
  for (const p of loop(quiet, 20)) scene.show(p);
  const random = noise(9);
  const box = Uint8Array.from({ length: 40 * 36 }, () => 30 + Math.floor(random() * 60));
  const began = scene.seconds;
  let last = 0;
  for (const p of loop(quiet, 60)) {
    const withBox = Uint8Array.from(p);
    for (let y = 0; y < 36; y++) withBox.set(box.subarray(y * 40, y * 40 + 40), (100 + y) * clip.width + 140);
    const t = scene.seconds - began;
    if (scene.show(withBox, 2)) last = t;
  }
  return [{ name: 'object put down', metric: 'last verdict after', value: last, unit: 's' }];
}

function leaves(clip: Clip): BenchResult[] {
  const scene = new Scene(clip);
  let verdicts = 0;
  for (const p of loop(part(clip, 0, 18), 600)) if (scene.show(p) && scene.seconds > 30) verdicts++;
  const began = scene.seconds;
  let found = Number.NaN;
  for (const p of part(clip, 18, 22)) {
    const t = scene.seconds - began;
    if (scene.show(p) && Number.isNaN(found)) found = t;
  }
  // A walker: a dark, textured figure of 12×30 pixels that enters at the left and crosses the foot of the trees at 9 pixels a second.
  const walker = new Scene(clip);
  const trees = part(clip, 0, 18);
  for (const p of loop(trees, 600)) walker.show(p);
  const random = noise(3);
  const figure = Uint8Array.from({ length: 12 * 30 }, () => 15 + Math.floor(random() * 30));
  const start = walker.seconds;
  let seen = Number.NaN;
  let i = 0;
  for (const p of loop(trees, 20)) {
    const with_ = Uint8Array.from(p);
    const x = Math.round(i * 1.8);
    for (let y = 0; y < 30; y++)
      with_.set(figure.subarray(y * 12, y * 12 + 12), (clip.height - 50 + y) * clip.width + x);
    const t = walker.seconds - start;
    if (walker.show(with_) && Number.isNaN(seen)) seen = t;
    i++;
  }
  return [
    { name: '10 min of leaves', metric: 'frames with a verdict after 30 s', value: verdicts, unit: 'of 2850' },
    { name: '10 min of leaves', metric: 'truck found after', value: found, unit: 's' },
    { name: '10 min of leaves', metric: 'walker found after', value: seen, unit: 's' },
  ];
}

export function swallowed(clips: readonly Clip[], log: (text: string) => void): BenchResult[] {
  const visitor = clips.find((c) => c.name === 'intel_one_by_one');
  const trees = clips.find((c) => c.name === 'cdnet_fall');
  const results: BenchResult[] = [];
  if (visitor !== undefined) {
    log('standing person, object put down');
    results.push(...standing(visitor), ...putDown(visitor));
  }
  if (trees !== undefined) {
    log('ten minutes of leaves');
    results.push(...leaves(trees));
  }
  return results;
}

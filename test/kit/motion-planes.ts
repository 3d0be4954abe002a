/** Pictures for the motion tests: a textured ground, grain, and things that move; the same on every run. */
import type { PlaneInput } from '../../wasm/types.js';

export type Random = () => number;

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Random numbers of the nth of many things: those of one say nothing of those of the next. */
export function randomOfNth(n: number): Random {
  let seed = n + 1;
  seed = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  seed = Math.imul(seed ^ (seed >>> 13), 0xc2b2ae35);
  return randomOf(seed ^ (seed >>> 16));
}

export interface SceneOptions {
  width: number;
  height: number;
  /** Bytes a row is longer than the picture. */
  padding?: number;
  chroma?: boolean;
  seed?: number;
  /** So many columns more than the picture shows the ground has on its right. */
  wider?: number;
  /** Grey level of the ground at a pixel, if not the usual one. */
  ground?: (x: number, y: number) => number;
}

export interface Thing {
  x: number;
  y: number;
  w: number;
  h: number;
  level?: number;
  /** By so many levels it is darker than what is behind it, in place of a level of its own. */
  darker?: number;
}

/** `grain`: levels of noise, drawn from `seed` if there is one; `gain`: of the light; `dx`: the camera points so far to the right. */
export interface Look {
  grain?: number;
  seed?: number;
  gain?: number;
  colour?: number;
  dx?: number;
}

const usualGround = (x: number, y: number): number =>
  100 + 30 * Math.sin(x / 13) * Math.cos(y / 9) + 24 * (((x >> 4) + (y >> 4)) & 1);

/** Draws pictures of one scene. */
export class PlaneScene {
  readonly #ground: Uint8Array;
  readonly #options: SceneOptions;
  readonly #random: Random;

  constructor(options: SceneOptions) {
    this.#options = options;
    this.#random = randomOf(options.seed ?? 1);
    const { width, height, wider = 0, ground = usualGround } = options;
    const across = width + wider;
    this.#ground = Uint8Array.from({ length: across * height }, (_, i) => ground(i % across, Math.floor(i / across)));
  }

  picture(pts: number, things: readonly Thing[] = [], look: Look = {}): PlaneInput {
    const { width, height, padding = 0, chroma = true, wider = 0 } = this.#options;
    const strideY = (width + padding + 3) & ~3;
    const strideC = (((width + 1) >> 1) + padding + 3) & ~3;
    const chromaRows = (height + 1) >> 1;
    const data = new Uint8Array(strideY * height + (chroma ? 2 * strideC * chromaRows : 0));
    data.fill(128 + (look.colour ?? 12), strideY * height);
    const grain = look.grain ?? 2;
    const random = look.seed === undefined ? this.#random : randomOfNth(look.seed);
    const dx = Math.max(0, Math.min(wider, Math.round(look.dx ?? 0)));
    const row = new Float64Array(width);
    for (let y = 0; y < height; y++) {
      const from = y * (width + wider) + dx;
      row.set(this.#ground.subarray(from, from + width));
      for (const t of things) {
        if (y < t.y || y >= t.y + t.h) continue;
        const right = Math.min(width, t.x + t.w);
        for (let x = Math.max(0, Math.ceil(t.x)); x < right; x++) {
          if (t.darker !== undefined) row[x] = (row[x] as number) - t.darker;
          else row[x] = (t.level ?? 30) + (((x - t.x) * 7 + (y - t.y) * 5) & 31);
        }
      }
      for (let x = 0; x < width; x++) {
        const v = (row[x] as number) * (look.gain ?? 1) + (random() + random() - 1) * grain * 2;
        data[y * strideY + x] = Math.max(0, Math.min(255, Math.round(v)));
      }
    }
    const u = strideY * height;
    return {
      pts,
      width,
      height,
      strides: chroma ? [strideY, strideC, strideC] : [strideY, 0, 0],
      offsets: chroma ? [0, u, u + strideC * chromaRows] : [0, -1, -1],
      data,
    };
  }
}

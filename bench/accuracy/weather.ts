/** Generated weather and traffic, drawn onto the luma of a picture: the same in every run. */
import { drawn, type Figure, figure, noise } from './long-scene.js';

/** Changes the picture of this second in place. */
export type Weather = (picture: Uint8Array, t: number) => void;

const TURN = 2 * Math.PI;
const clamped = (v: number): number => Math.max(0, Math.min(255, Math.round(v)));

/** Noise to add to pictures: cheap, since there is one for all of them, and each begins somewhere else in it. */
export class Grain {
  readonly #random: () => number;
  readonly #levels: Int8Array;

  /** Triangular, up to `most` levels to both sides. */
  constructor(pixels: number, most: number, random: () => number) {
    this.#random = random;
    this.#levels = Int8Array.from({ length: 2 * pixels }, () => Math.round((random() + random() - 1) * most));
  }

  addTo(picture: Uint8Array): void {
    const pixels = this.#levels.length >> 1;
    const from = Math.floor(this.#random() * pixels);
    const luma = new Uint8ClampedArray(picture.buffer, picture.byteOffset, pixels);
    for (let i = 0; i < pixels; i++) luma[i] = (luma[i] as number) + (this.#levels[from + i] as number);
  }
}

/** Darkens each pixel by the share that is told for its place, at most 1. */
function darken(picture: Uint8Array, width: number, height: number, share: (x: number, y: number) => number): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      picture[i] = (picture[i] as number) * (1 - share(x, y)) + 0.5;
    }
  }
}

const share = (v: number): number => Math.max(0, Math.min(1, v));

/** Clouds that wander before the sun: soft, each larger than a third of the picture, as dark as three quarters at most. */
export function clouds(width: number, height: number): Weather {
  return (picture, t) => {
    const across = Float64Array.from({ length: width }, (_, x) => Math.sin(TURN * ((0.8 * x) / width - t / 23)));
    const down = Float64Array.from({ length: height }, (_, y) => Math.cos(TURN * ((0.5 * y) / height + t / 31)));
    const all = 0.3 * Math.sin((TURN * t) / 47);
    darken(
      picture,
      width,
      height,
      (x, y) => 0.25 * share(0.5 + 0.5 * (across[x] as number) * (down[y] as number) + all),
    );
  };
}

export const SHADOW_SECONDS = 10;

/** One cloud's shadow that crosses the picture, with a soft edge; before and after it there is none. */
export function shadow(width: number, height: number): Weather {
  return (picture, t) => {
    const front = (t / SHADOW_SECONDS) * 3 - 1;
    darken(picture, width, height, (x) => 0.4 * share(1 - Math.abs(front - x / width)));
  };
}

/** Streaks that fall, drops on the pane that come and go, and a shimmer everywhere. */
export function rain(width: number, height: number): Weather {
  const random = noise(21);
  const shimmer = new Grain(width * height, 8, random);
  const add = (picture: Uint8Array, x: number, y: number, light: number): void => {
    if (x < 0 || x >= width || y < 0 || y >= height) return;
    picture[y * width + x] = clamped((picture[y * width + x] as number) + light);
  };
  const drops = Array.from({ length: 30 }, () => ({ x: 0, y: 0, radius: 0, light: 0, until: 0 }));
  return (picture, t) => {
    shimmer.addTo(picture);
    for (let n = 0; n < 60; n++) {
      const [x, y, length] = [Math.floor(random() * width), Math.floor(random() * height), 6 + random() * 10];
      const light = 30 + random() * 50;
      for (let k = 0; k < length; k++) add(picture, x + (k >> 2), y + k, light);
    }
    for (const drop of drops) {
      if (t >= drop.until) {
        drop.x = Math.floor(random() * width);
        drop.y = Math.floor(random() * height);
        drop.radius = 1.5 + random() * 2.5;
        drop.light = (random() - 0.5) * 60;
        drop.until = t + 1 + random() * 8;
      }
      const r = Math.ceil(drop.radius);
      for (let dy = -r; dy <= r; dy++) {
        for (let dx = -r; dx <= r; dx++) {
          if (Math.hypot(dx, dy) <= drop.radius) add(picture, drop.x + dx, drop.y + dy, drop.light);
        }
      }
    }
  };
}

/** Top of the lane and its height, as shares of the picture. */
const LANE = { top: 0.12, height: 0.17 };
const PIXELS_A_SECOND = 80;

/** Cars on a lane in the upper part of the picture, one behind the other, all the time. */
export function traffic(width: number, height: number): Weather {
  const random = noise(33);
  const tall = Math.floor(LANE.height * height);
  const kinds = Array.from({ length: 7 }, (): Figure => {
    const length = 36 + Math.floor(random() * 30);
    const high = tall - Math.floor(random() * 8);
    return figure(length, high, random, 20 + Math.floor(random() * 120), 60);
  });
  const cars: { what: Figure; entered: number }[] = [];
  let next = 0;
  return (picture, t) => {
    for (; next <= t; next += 1 + random() * 1.5) {
      cars.push({ what: kinds[Math.floor(random() * kinds.length)] as Figure, entered: next });
    }
    while (cars[0] !== undefined && (t - cars[0].entered) * PIXELS_A_SECOND > width + 70) cars.shift();
    const foot = Math.floor((LANE.top + LANE.height) * height);
    for (const { what, entered } of cars) {
      drawn(picture, width, what, Math.round((t - entered) * PIXELS_A_SECOND) - what.width, foot - what.height);
    }
  };
}

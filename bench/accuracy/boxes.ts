/** How well a verdict's boxes lie on what is labelled. */
import type { Box } from '../../wasm/types.js';
import { iou } from '../tracking/boxes.js';

export interface BoxScore {
  /** Best overlap of an object with any box: the mean over a picture's objects, and of these over the pictures that have some. */
  iou: number;
  /** Share of a picture's objects whose centre lies in a box, in the mean over the pictures. */
  touched: number;
  /** Share of the boxes' area that lies outside every object. */
  outside: number;
}

/** A box that misses the centre by so much of the picture still leads to the object. */
const GROWN = 0.02;
/** Areas are counted on a grid of so many fields to both sides. */
const GRID = 128;

function within(box: Box, x: number, y: number): boolean {
  return x >= box.l - GROWN && x <= box.l + box.w + GROWN && y >= box.t - GROWN && y <= box.t + box.h + GROWN;
}

export function touches(box: Box, object: Box): boolean {
  return within(box, object.l + object.w / 2, object.t + object.h / 2);
}

function paint(fields: Uint8Array, box: Box): void {
  const at = (v: number): number => Math.max(0, Math.min(GRID, Math.round(v * GRID)));
  for (let y = at(box.t); y < at(box.t + box.h); y++)
    fields.fill(1, y * GRID + at(box.l), y * GRID + at(box.l + box.w));
}

/** Adds up over pictures; those without a labelled object count for the area only. */
export class BoxCount {
  #pictures = 0;
  #iou = 0;
  #touched = 0;
  #area = 0;
  #outside = 0;

  add(objects: readonly Box[], boxes: readonly Box[]): void {
    if (objects.length > 0) this.#pictures++;
    for (const object of objects) {
      this.#iou += Math.max(0, ...boxes.map((box) => iou(box, object))) / objects.length;
      if (boxes.some((box) => touches(box, object))) this.#touched += 1 / objects.length;
    }
    if (boxes.length === 0) return;
    const [told, there] = [new Uint8Array(GRID * GRID), new Uint8Array(GRID * GRID)];
    for (const box of boxes) paint(told, box);
    for (const object of objects) paint(there, object);
    for (let i = 0; i < told.length; i++) {
      if (!told[i]) continue;
      this.#area++;
      if (!there[i]) this.#outside++;
    }
  }

  score(): BoxScore | undefined {
    if (this.#pictures === 0) return undefined;
    return {
      iou: this.#iou / this.#pictures,
      touched: this.#touched / this.#pictures,
      outside: this.#area === 0 ? 0 : this.#outside / this.#area,
    };
  }
}

/** Boxes of the connected parts of a label image that have the value, in fractions; smaller parts are no objects. */
export function components(
  image: { width: number; height: number; data: Uint8Array },
  value: number,
  leastPixels: number,
): Box[] {
  const { width, height, data } = image;
  const seen = new Uint8Array(data.length);
  const boxes: Box[] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start] !== value || seen[start]) continue;
    const [waiting, part] = [[start], { pixels: 0, l: width, t: height, r: 0, b: 0 }];
    seen[start] = 1;
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const [x, y] = [at % width, Math.floor(at / width)];
      part.pixels++;
      part.l = Math.min(part.l, x);
      part.r = Math.max(part.r, x + 1);
      part.t = Math.min(part.t, y);
      part.b = Math.max(part.b, y + 1);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (data[next] !== value || seen[next]) continue;
          seen[next] = 1;
          waiting.push(next);
        }
      }
    }
    if (part.pixels < leastPixels) continue;
    const { l, t, r, b } = part;
    boxes.push({ l: l / width, t: t / height, w: (r - l) / width, h: (b - t) / height });
  }
  return boxes;
}

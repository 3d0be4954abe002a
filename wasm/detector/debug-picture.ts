/**
 * Pictures of what the detector thinks, made on request only: they touch every pixel, on the thread that asks.
 * While a worker judges the camera a picture may mix two frames.
 */
import * as L from '../layout.js';
import { field } from './slab-view.js';

type Words = Int32Array<ArrayBufferLike>;
type Bytes = Uint8Array<ArrayBufferLike>;

export interface DebugPicture {
  width: number;
  height: number;
  /** Three bytes a pixel. */
  rgb: Uint8Array;
}

const TINTS: Record<number, readonly [number, number, number]> = {
  [L.V_MOTION]: [255, 60, 60],
  [L.V_LIGHT]: [255, 220, 60],
  [L.V_NUISANCE]: [70, 200, 90],
  [L.V_SMALL]: [150, 150, 150],
  [L.V_STILL]: [90, 140, 255],
  [L.V_PENDING]: [255, 150, 40],
  [L.V_SHAKE]: [200, 90, 220],
};

function word16(bytes: Bytes, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}

/** Index of a pixel in the planes that lie in tiles of 16×4. */
export function tiled(x: number, y: number, stride: number): number {
  return (y >> 2) * stride * 4 + ((x >> 4) << 6) + ((y & 3) << 4) + (x & 15);
}

/** State of the region that a cell belongs to, 0 for none. */
export function cellState(words: Words, bytes: Bytes, slab: number, cell: number): number {
  const count = bytes[slab + field(words, slab, L.F_A_COUNT) + cell] as number;
  if (count === 0 || field(words, slab, L.F_MARKED) === 0) return 0;
  const label = word16(bytes, slab + field(words, slab, L.F_A_LABEL) + cell * 2);
  if (label === 0) return 0;
  return field(words, slab, field(words, slab, L.F_A_TABLE) + label * L.REGION_BYTES + L.R_STATE);
}

/** 255 where a pixel over its limit lies in a region of motion, else 0. `width` bytes a row. */
export function motionMask(words: Words, bytes: Bytes, slab: number): Uint8Array {
  const width = field(words, slab, L.F_WIDTH);
  const height = field(words, slab, L.F_HEIGHT);
  const mask = new Uint8Array(width * height);
  if (field(words, slab, L.F_MOTION) === 0) return mask;
  const cellStride = field(words, slab, L.F_CELL_STRIDE);
  const stride = field(words, slab, L.F_STRIDE);
  const bits = slab + field(words, slab, L.F_A_BITS);
  const shiftX = field(words, slab, L.F_SHIFT_X);
  const shiftY = field(words, slab, L.F_SHIFT_Y);
  for (let cy = 0; cy < field(words, slab, L.F_CELLS_Y); cy++) {
    for (let cx = 0; cx < field(words, slab, L.F_CELLS_X); cx++) {
      if (cellState(words, bytes, slab, cy * cellStride + cx) !== L.V_MOTION) continue;
      for (let dy = 0; dy < L.CELL; dy++) {
        for (let dx = 0; dx < L.CELL; dx++) {
          const x = cx * L.CELL + dx;
          const y = cy * L.CELL + dy;
          if (!(((bytes[bits + (tiled(x, y, stride) >> 3)] as number) >> (x & 7)) & 1)) continue;
          if (y + shiftY < 0 || y + shiftY >= height || x + shiftX < 0 || x + shiftX >= width) continue;
          mask[(y + shiftY) * width + x + shiftX] = 255;
        }
      }
    }
  }
  return mask;
}

/** Where the luma of the judged picture lies in the memory. */
export interface LumaAt {
  at: number;
  stride: number;
}

/**
 * The picture with each region's cells tinted by what became of it, and boxes of motion. Without the picture it is drawn
 * from the model: the background, and each cell that changed in its mean.
 */
export function verdictPicture(words: Words, bytes: Bytes, slab: number, luma?: LumaAt): DebugPicture {
  const width = field(words, slab, L.F_WIDTH);
  const height = field(words, slab, L.F_HEIGHT);
  const cellStride = field(words, slab, L.F_CELL_STRIDE);
  const zones = slab + field(words, slab, L.F_A_ZONE);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = (y >> 2) * cellStride + (x >> 2);
      const inside = y >> 2 < field(words, slab, L.F_CELLS_Y) && x >> 2 < field(words, slab, L.F_CELLS_X);
      // What is not looked at is not shown either.
      const hidden = inside && bytes[zones + cell] === 0;
      const level = hidden
        ? 0
        : luma
          ? (bytes[luma.at + y * luma.stride + x] as number)
          : remembered(words, bytes, slab, x, y);
      const tint = inside ? TINTS[cellState(words, bytes, slab, cell)] : undefined;
      for (let c = 0; c < 3; c++) {
        rgb[(y * width + x) * 3 + c] = tint === undefined ? level : (level + (tint[c] as number)) >> 1;
      }
    }
  }
  const boxes = field(words, slab, L.F_BOXES);
  for (let i = 0; i < boxes; i++) {
    const r = L.REGIONS + i * L.REGION_BYTES;
    const [left, top, right, bottom] = [L.R_LEFT, L.R_TOP, L.R_RIGHT, L.R_BOTTOM].map((f) => field(words, slab, r + f));
    outline(rgb, width, height, left! * 4, top! * 4, right! * 4 + 3, bottom! * 4 + 3);
  }
  return { width, height, rgb };
}

// What the slab knows of a pixel of the last picture.
function remembered(words: Words, bytes: Bytes, slab: number, x: number, y: number): number {
  const cx = Math.min(x >> 2, field(words, slab, L.F_CELLS_X) - 1);
  const cy = Math.min(y >> 2, field(words, slab, L.F_CELLS_Y) - 1);
  const cell = cy * field(words, slab, L.F_CELL_STRIDE) + cx;
  if ((bytes[slab + field(words, slab, L.F_A_COUNT) + cell] as number) > 0) {
    return word16(bytes, slab + field(words, slab, L.F_A_CUR) + cell * 2) >> 4;
  }
  const row = Math.min(y, field(words, slab, L.F_CELLS_Y) * L.CELL - 1);
  const column = Math.min(x, field(words, slab, L.F_CELLS_X) * L.CELL - 1);
  return bytes[slab + field(words, slab, L.F_A_MEAN8) + tiled(column, row, field(words, slab, L.F_STRIDE))] as number;
}

/** A plane of the model as grey: its mean, or its limit (brightened four times). */
export function modelPicture(words: Words, bytes: Bytes, slab: number, plane: 'mean' | 'limit'): DebugPicture {
  const width = field(words, slab, L.F_WIDTH);
  const height = field(words, slab, L.F_CELLS_Y) * L.CELL;
  const stride = field(words, slab, L.F_STRIDE);
  const from = slab + field(words, slab, plane === 'mean' ? L.F_A_MEAN8 : L.F_A_LIMIT8);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const value = x < stride ? (bytes[from + tiled(x, y, stride)] as number) : 0;
      rgb.fill(plane === 'mean' ? value : Math.min(255, value * 4), (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return { width, height, rgb };
}

function outline(rgb: Uint8Array, width: number, height: number, l: number, t: number, r: number, b: number): void {
  const dot = (x: number, y: number): void => {
    if (x >= 0 && y >= 0 && x < width && y < height) rgb.set([255, 255, 255], (y * width + x) * 3);
  };
  for (let x = l; x <= r; x++) {
    dot(x, t);
    dot(x, b);
  }
  for (let y = t; y <= b; y++) {
    dot(l, y);
    dot(r, y);
  }
}

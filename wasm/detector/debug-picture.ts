/**
 * Pictures of what the detector thinks, made on request only: they touch every pixel, on the thread that asks.
 * While a worker judges the camera a picture may mix two frames.
 */
import { CELL, REGION, REPORTED_AT, RegionState, SLAB } from '../layout.js';
import { cellState, field, word16 } from './field.js';

type Words = Int32Array<ArrayBufferLike>;
type Bytes = Uint8Array<ArrayBufferLike>;

export interface DebugPicture {
  width: number;
  height: number;
  /** Three bytes a pixel. */
  rgb: Uint8Array;
}

const TINTS: Record<number, readonly [number, number, number]> = {
  [RegionState.motion]: [255, 60, 60],
  [RegionState.light]: [255, 220, 60],
  [RegionState.nuisance]: [70, 200, 90],
  [RegionState.small]: [150, 150, 150],
  [RegionState.still]: [90, 140, 255],
  [RegionState.pending]: [255, 150, 40],
  [RegionState.shake]: [200, 90, 220],
};

/** Index of a pixel in the planes that lie in tiles of 16×4. */
function tiled(x: number, y: number, stride: number): number {
  return (y >> 2) * stride * 4 + ((x >> 4) << 6) + ((y & 3) << 4) + (x & 15);
}

/** 255 where a pixel over its threshold lies in a region of motion, else 0. `width` bytes a row. */
export function motionMask(words: Words, bytes: Bytes, slab: number): Uint8Array {
  const width = field(words, slab, SLAB.width);
  const height = field(words, slab, SLAB.height);
  const mask = new Uint8Array(width * height);
  if (field(words, slab, SLAB.motion) === 0) return mask;
  const cellStride = field(words, slab, SLAB.cellStride);
  const stride = field(words, slab, SLAB.stride);
  const bits = slab + field(words, slab, SLAB.maskAt);
  const shiftX = field(words, slab, SLAB.shiftX);
  const shiftY = field(words, slab, SLAB.shiftY);
  for (let cy = 0; cy < field(words, slab, SLAB.cellsY); cy++) {
    for (let cx = 0; cx < field(words, slab, SLAB.cellsX); cx++) {
      if (cellState({ words, bytes }, slab, cy * cellStride + cx) !== RegionState.motion) continue;
      for (let dy = 0; dy < CELL; dy++) {
        for (let dx = 0; dx < CELL; dx++) {
          const x = cx * CELL + dx;
          const y = cy * CELL + dy;
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
  const width = field(words, slab, SLAB.width);
  const height = field(words, slab, SLAB.height);
  const cellStride = field(words, slab, SLAB.cellStride);
  const zones = slab + field(words, slab, SLAB.zonesAt);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const cell = (y >> 2) * cellStride + (x >> 2);
      const inside = y >> 2 < field(words, slab, SLAB.cellsY) && x >> 2 < field(words, slab, SLAB.cellsX);
      // Cells without a zone are black, since a privacy zone must not be shown.
      const hidden = inside && bytes[zones + cell] === 0;
      const level = hidden
        ? 0
        : luma
          ? (bytes[luma.at + y * luma.stride + x] as number)
          : remembered(words, bytes, slab, x, y);
      const tint = inside ? TINTS[cellState({ words, bytes }, slab, cell)] : undefined;
      for (let c = 0; c < 3; c++) {
        rgb[(y * width + x) * 3 + c] = tint === undefined ? level : (level + (tint[c] as number)) >> 1;
      }
    }
  }
  const boxes = field(words, slab, SLAB.boxCount);
  for (let i = 0; i < boxes; i++) {
    const r = REPORTED_AT + i * REGION.bytes;
    const [left, top, right, bottom] = [REGION.left, REGION.top, REGION.right, REGION.bottom].map((f) =>
      field(words, slab, r + f),
    );
    outline(rgb, width, height, left! * 4, top! * 4, right! * 4 + 3, bottom! * 4 + 3);
  }
  return { width, height, rgb };
}

// What the slab knows of a pixel of the last picture.
function remembered(words: Words, bytes: Bytes, slab: number, x: number, y: number): number {
  const cx = Math.min(x >> 2, field(words, slab, SLAB.cellsX) - 1);
  const cy = Math.min(y >> 2, field(words, slab, SLAB.cellsY) - 1);
  const cell = cy * field(words, slab, SLAB.cellStride) + cx;
  if ((bytes[slab + field(words, slab, SLAB.countsAt) + cell] as number) > 0) {
    return word16(bytes, slab + field(words, slab, SLAB.sumsAt) + cell * 2) >> 4;
  }
  const row = Math.min(y, field(words, slab, SLAB.cellsY) * CELL - 1);
  const column = Math.min(x, field(words, slab, SLAB.cellsX) * CELL - 1);
  return bytes[slab + field(words, slab, SLAB.mean8At) + tiled(column, row, field(words, slab, SLAB.stride))] as number;
}

/** A plane of the model as grey: its mean, or its thresholds (brightened four times). */
export function modelPicture(words: Words, bytes: Bytes, slab: number, plane: 'mean' | 'threshold'): DebugPicture {
  const width = field(words, slab, SLAB.width);
  const height = field(words, slab, SLAB.cellsY) * CELL;
  const stride = field(words, slab, SLAB.stride);
  const from = slab + field(words, slab, plane === 'mean' ? SLAB.mean8At : SLAB.threshold8At);
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

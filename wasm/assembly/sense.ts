// The one pass that every frame pays for: picture against the 8-bit means of the model.
// Out come the mask (one bit a pixel), and for each cell how many pixels are over their threshold and their sum.
import { rowCovered, uncoveredLeft, uncoveredRight } from './picture';
import { Run } from './run';
import { runToSense } from './runs';
import { CELL, Slab } from './slab';
import { View } from './view';

/** Picture against model, all rows. */
export function sense(slab: Slab): void {
  const cellsX = slab.cellsX;
  const left = uncoveredLeft(slab);
  const right = cellsX - uncoveredRight(slab);
  const cellsY = slab.cellsY;
  for (let y = 0; y < cellsY; y++) {
    if (!rowCovered(slab, y)) {
      rowAsModel(slab, y);
      continue;
    }
    senseRow(runToSense(slab, y));
    for (let x = 0; x < left; x++) cellAsModel(slab, y, x);
    for (let x = right; x < cellsX; x++) cellAsModel(slab, y, x);
  }
}

/** A whole row of cells. Cells that fill it up are left at 0. */
export function senseRow(row: Run): void {
  if (ASC_FEATURE_SIMD) {
    senseTiles(row);
    clearFilling(row);
  } else senseCells(row);
}

// Nothing is over its threshold where the picture shows nothing.
function rowAsModel(slab: Slab, y: i32): void {
  const cellStride = slab.cellStride;
  const first = y * cellStride;
  memory.fill(slab.counts.at(first), 0, cellStride);
  memory.fill(slab.mask.at(first << 1), 0, cellStride << 1);
  memory.copy(slab.sums.at(first), slab.modelSums.at(first), cellStride << 1);
}

function cellAsModel(slab: Slab, y: i32, x: i32): void {
  const cell = y * slab.cellStride + x;
  slab.counts[cell] = 0;
  keepMask(slab.mask.from(y * slab.cellStride << 1), x, x & 1 ? 0x0f : 0xf0);
  slab.sums[cell] = slab.modelSums[cell];
}

/** Where the mask has four pixels of a cell: in half of this byte of its row of cells. `row`: of the four rows of pixels. */
// @ts-ignore: decorator
@inline
function maskByte(x: i32, row: i32): i32 {
  return ((x >> 2) << 3) + (row << 1) + ((x & 3) >> 1);
}

/** Clears the mask of a cell, and of its neighbour in the same bytes, but for the bits in `keep`. */
// @ts-ignore: decorator
@inline
function keepMask(mask: View<u8>, x: i32, keep: i32): void {
  for (let row = 0; row < CELL; row++) {
    const byte = maskByte(x, row);
    mask[byte] = mask[byte] & keep;
  }
}

// @ts-ignore: decorator
@inline
function senseTiles(run: Run): void {
  const source = run.source.at(0);
  const row1 = run.lumaStride;
  const row2 = row1 * 2;
  const row3 = row1 * 3;
  const means = run.mean8.at(0);
  const thresholds = run.threshold8.at(0);
  const floors = run.floors.at(0);
  const masks = run.mask.at(0);
  const counts = run.counts.at(0);
  const sums = run.sums.at(0);
  const tiles = run.tiles;
  for (let tile = 0; tile < tiles; tile++) {
    const pixels = source + (tile << 4);
    const mean = means + (tile << 6);
    let x = v128.load(pixels);
    const d0 = apart(x, v128.load(mean));
    let sum = i16x8.extadd_pairwise_i8x16_u(x);
    x = v128.load(pixels + row1);
    const d1 = apart(x, v128.load(mean, 16));
    sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(x));
    x = v128.load(pixels + row2);
    const d2 = apart(x, v128.load(mean, 32));
    sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(x));
    x = v128.load(pixels + row3);
    const d3 = apart(x, v128.load(mean, 48));
    sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(x));
    const cellSums = i32x4.extadd_pairwise_i16x8_u(sum);
    store<u64>(sums + (tile << 3), i64x2.extract_lane(i16x8.narrow_i32x4_u(cellSums, cellSums), 0));
    // Where no pixel is over its cell's floor none is over its threshold, and the thresholds need not be read.
    const floor = v128.load32_zero(floors + (tile << 2));
    const most = i8x16.max_u(i8x16.max_u(d0, d1), i8x16.max_u(d2, d3));
    const over = i8x16.sub_sat_u(most, i8x16.shuffle(floor, floor, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
    const count = counts + (tile << 2);
    const mask = masks + (tile << 3);
    if (v128.any_true(over)) {
      const threshold = thresholds + (tile << 6);
      const n0 = beyond(d0, v128.load(threshold));
      const n1 = beyond(d1, v128.load(threshold, 16));
      const n2 = beyond(d2, v128.load(threshold, 32));
      const n3 = beyond(d3, v128.load(threshold, 48));
      store<u16>(mask, <u16>i8x16.bitmask(n0));
      store<u16>(mask, <u16>i8x16.bitmask(n1), 2);
      store<u16>(mask, <u16>i8x16.bitmask(n2), 4);
      store<u16>(mask, <u16>i8x16.bitmask(n3), 6);
      const n = i8x16.neg(i8x16.add(i8x16.add(n0, n1), i8x16.add(n2, n3)));
      const counts32 = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(n));
      const counts16 = i16x8.narrow_i32x4_u(counts32, counts32);
      store<u32>(count, i32x4.extract_lane(i8x16.narrow_i16x8_u(counts16, counts16), 0));
    } else if (load<u32>(count)) {
      store<u32>(count, 0);
      store<u64>(mask, 0);
    }
  }
}

// The last tile may reach beyond the picture.
// @ts-ignore: decorator
@inline
function clearFilling(run: Run): void {
  const counts = run.counts;
  const sums = run.sums;
  const mask = run.mask;
  const end = run.tiles << 2;
  for (let cell = run.cells; cell < end; cell++) {
    counts[cell] = 0;
    sums[cell] = 0;
    keepMask(mask, cell, cell & 1 ? 0x0f : 0);
  }
}

// @ts-ignore: decorator
@inline
function senseCells(run: Run): void {
  const cells = run.cells;
  const lumaStride = run.lumaStride;
  const source = run.source;
  const means = run.mean8;
  const thresholds = run.threshold8;
  const mask = run.mask;
  const counts = run.counts;
  const sums = run.sums;
  const end = run.tiles << 2;
  for (let cell = 0; cell < end; cell++) {
    let count = 0;
    let sum = 0;
    for (let row = 0; row < CELL; row++) {
      let nibble = 0;
      if (cell < cells) {
        for (let i = 0; i < CELL; i++) {
          const x = source[row * lumaStride + (cell << 2) + i];
          const pixel = ((cell >> 2) << 6) + (row << 4) + ((cell & 3) << 2) + i;
          if (abs(x - means[pixel]) > thresholds[pixel]) {
            nibble |= 1 << i;
            count++;
          }
          sum += x;
        }
      }
      const byte = maskByte(cell, row);
      mask[byte] = cell & 1 ? mask[byte] | (nibble << 4) : nibble;
    }
    counts[cell] = count;
    sums[cell] = sum;
  }
}

// @ts-ignore: decorator
@inline
function apart(x: v128, mean: v128): v128 {
  return v128.or(i8x16.sub_sat_u(x, mean), i8x16.sub_sat_u(mean, x));
}

/** −1 where the difference is over the threshold. */
// @ts-ignore: decorator
@inline
function beyond(difference: v128, threshold: v128): v128 {
  return i8x16.ne(i8x16.sub_sat_u(difference, threshold), i8x16.splat(0));
}

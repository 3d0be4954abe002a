// Changes of light that take the whole picture: by which gain, and the model lit anew.
import * as L from '../layout';
import { relight } from './relight';
import { at, get, set } from './slab';

const BINS: i32 = 512;

/** Cells whose sum differs from the model's by more than two levels. */
export function unlike(slab: usize): i32 {
  const total = get(slab, L.F_CELL_STRIDE) * get(slab, L.F_CELLS_Y);
  const cur = at(slab, L.F_A_CUR);
  const back = at(slab, L.F_A_BACK);
  let n = 0;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(32);
    let i = 0;
    while (i < total << 1) {
      // No lane counts further than it can.
      const end = min(total << 1, i + (16 << 14));
      let sum = i16x8.splat(0);
      for (; i < end; i += 16) {
        const d = i16x8.abs(i16x8.sub(v128.load(cur + i), v128.load(back + i)));
        sum = i16x8.sub(sum, i16x8.gt_s(d, least));
      }
      n += lanes(i32x4.extadd_pairwise_i16x8_s(sum));
    }
  } else {
    for (let i = 0; i < total << 1; i += 2) {
      if (abs(<i32>load<u16>(cur + i) - <i32>load<u16>(back + i)) > 32) n++;
    }
  }
  return n;
}

// @ts-ignore: decorator
@inline
function lanes(sum: v128): i32 {
  return (
    i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3)
  );
}

/** The median ratio of picture to model over the cells, Q10, or 1024 when too few cells agree on one. */
export function gainOf(slab: usize): i32 {
  const stride = get(slab, L.F_CELL_STRIDE);
  const cellsX = get(slab, L.F_CELLS_X);
  const cellsY = get(slab, L.F_CELLS_Y);
  const cur = at(slab, L.F_A_CUR);
  const back = at(slab, L.F_A_BACK);
  const bins = at(slab, L.F_A_SHIFT);
  memory.fill(bins, 0, BINS << 1);
  let n = 0;
  for (let y = 0; y < cellsY; y++) {
    for (let x = y & 1; x < cellsX; x += 2) {
      const i = (y * stride + x) << 1;
      const then = <i32>load<u16>(back + i);
      const now = <i32>load<u16>(cur + i);
      // Dark and overdriven cells say nothing about gain.
      if (then < 320 || now > 3920 || then > 3920) continue;
      const ratio = min(BINS - 1, (now << 7) / then);
      const p = bins + (ratio << 1);
      store<u16>(p, load<u16>(p) + 1);
      n++;
    }
  }
  if (n < 64) return 1024;
  let seen = 0;
  let median = 0;
  while (median < BINS - 1) {
    seen += <i32>load<u16>(bins + (median << 1));
    if (seen * 2 >= n) break;
    median++;
  }
  const reach = max(5, median >> 4);
  let agree = 0;
  let weight = 0;
  for (let b = max(0, median - reach); b <= min(BINS - 1, median + reach); b++) {
    const k = <i32>load<u16>(bins + (b << 1));
    agree += k;
    weight += k * (2 * b + 1);
  }
  if (agree * 2 < n) return 1024;
  return (weight * 4) / agree; // bins are 1/128; the mean of those that agree, Q10
}

/** Lights the model and what the cells remember of it by `gain` (Q10). */
export function lightModel(slab: usize, gain: i32): void {
  const pixels = get(slab, L.F_STRIDE) * get(slab, L.F_CELLS_Y) * L.CELL;
  relight(at(slab, L.F_A_MODEL), at(slab, L.F_A_MEAN8), pixels, min(32767, gain << 3), 0);
  const cells = get(slab, L.F_CELL_STRIDE) * get(slab, L.F_CELLS_Y);
  scale(at(slab, L.F_A_BACK), cells, gain);
  scale(at(slab, L.F_A_FAST), cells, gain);
}

function scale(sums: usize, cells: i32, gain: i32): void {
  for (let i = 0; i < cells << 1; i += 2) {
    store<u16>(sums + i, <u16>min(4080, (<i32>load<u16>(sums + i) * gain + 512) >> 10));
  }
}

/** Mean distance of chroma from grey in 1/256 level, from every eighth row; −1 without chroma. */
export function chromaOf(slab: usize): i32 {
  const stride = get(slab, L.F_STRIDE_C);
  if (!stride) return -1;
  const width = (get(slab, L.F_WIDTH) >> 1) & ~7;
  const height = get(slab, L.F_HEIGHT) >> 1;
  if (!width || !height) return -1;
  const u = slab + get(slab, L.F_PICTURE) + get(slab, L.F_OFFSET_U);
  const v = slab + get(slab, L.F_PICTURE) + get(slab, L.F_OFFSET_V);
  let sum = 0;
  let rows = 0;
  for (let y = 0; y < height; y += 8) {
    sum += rowFromGrey(u + y * stride, width) + rowFromGrey(v + y * stride, width);
    rows++;
  }
  return <i32>((<i64>sum << 8) / <i64>(rows * width * 2));
}

// @ts-ignore: decorator
@inline
function rowFromGrey(p: usize, width: i32): i32 {
  if (ASC_FEATURE_SIMD) {
    const grey = i16x8.splat(128);
    let sum = i32x4.splat(0);
    for (let i = 0; i < width; i += 8) {
      const d = i16x8.abs(i16x8.sub(i16x8.extend_low_i8x16_u(v128.load64_zero(p + i)), grey));
      sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(d));
    }
    return lanes(sum);
  } else {
    let sum = 0;
    for (let i = 0; i < width; i++) sum += abs(<i32>load<u8>(p + i) - 128);
    return sum;
  }
}

/** Mean step between neighbouring cells in 1/256 level, from every second row of cells. */
export function sharpnessOf(slab: usize): i32 {
  const stride = get(slab, L.F_CELL_STRIDE);
  const cellsX = get(slab, L.F_CELLS_X);
  const cellsY = get(slab, L.F_CELLS_Y);
  const cur = at(slab, L.F_A_CUR);
  const vectors = (cellsX - 1) >> 3;
  if (vectors < 1) return 0;
  let sum = 0;
  let n = 0;
  for (let y = 0; y < cellsY; y += 2) {
    const p = cur + ((y * stride) << 1);
    if (ASC_FEATURE_SIMD) {
      let row = i32x4.splat(0);
      for (let i = 0; i < vectors; i++) {
        const d = i16x8.abs(i16x8.sub(v128.load(p + (i << 4)), v128.load(p + (i << 4) + 2)));
        row = i32x4.add(row, i32x4.extadd_pairwise_i16x8_u(d));
      }
      sum += lanes(row);
    } else {
      for (let i = 0; i < vectors << 3; i++) {
        sum += abs(<i32>load<u16>(p + (i << 1)) - <i32>load<u16>(p + (i << 1) + 2));
      }
    }
    n += vectors << 3;
  }
  return <i32>((<i64>sum << 4) / <i64>n);
}

/** Whether no cell's sum has changed since the frame before. Most pictures are told apart by their first cells. */
export function identical(slab: usize): bool {
  const bytes = (get(slab, L.F_CELL_STRIDE) * get(slab, L.F_CELLS_Y)) << 1;
  const cur = at(slab, L.F_A_CUR);
  const last = at(slab, L.F_A_LAST);
  for (let i = 0; i < bytes; i += 8) {
    if (load<u64>(cur + i) != load<u64>(last + i)) return false;
  }
  return true;
}

/** Cells of the model with a step of more than six levels to their right neighbour. */
export function textured(slab: usize): i32 {
  const total = get(slab, L.F_CELL_STRIDE) * get(slab, L.F_CELLS_Y);
  const back = at(slab, L.F_A_BACK);
  const last = (total - 1) << 1;
  let n = 0;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(96);
    for (; i + 16 <= last; i += 16) {
      const step = i16x8.abs(i16x8.sub(v128.load(back + i), v128.load(back + i + 2)));
      n += popcnt(i16x8.bitmask(i16x8.gt_s(step, least)));
    }
  }
  for (; i < last; i += 2) {
    if (abs(<i32>load<u16>(back + i) - <i32>load<u16>(back + i + 2)) > 96) n++;
  }
  return n;
}

// By how much the picture has shifted when the camera shakes or was turned a little: the profiles of picture and model, that
// is their sums by columns and by rows, are compared at every shift. Run only when much of the picture has changed.
import { CELL, Slab } from './slab';
import { sumOf } from './vectors';

/** Pixels by which a shift is looked for, to either side. Each one more costs two passes over the profiles. */
const REACH: i32 = 12;
/** A profile with less than this to compare says nothing. */
const LEAST_SPAN: i32 = 8;

/** Address of eight pixels of a row: of a picture, or of a plane in tiles. */
// @ts-ignore: decorator
@inline
function eight(source: usize, stride: i32, tiled: bool, y: i32, i: i32): usize {
  if (!tiled) return source + y * stride + (i << 3);
  return source + (y >> 2) * (stride << 2) + ((i >> 1) << 6) + ((y & 3) << 4) + ((i & 1) << 3);
}

/** Writes the sums of the columns, an i32 each, and behind them those of the rows. */
function profile(source: usize, stride: i32, tiled: bool, width: i32, height: i32, columns: usize): void {
  const rows = columns + (width << 2);
  memory.fill(columns, 0, width << 2);
  const vectors = width >> 3;
  for (let y = 0; y < height; y++) {
    let total = 0;
    if (ASC_FEATURE_SIMD) {
      let sum = i32x4.splat(0);
      for (let i = 0; i < vectors; i++) {
        const x = i16x8.extend_low_i8x16_u(v128.load64_zero(eight(source, stride, tiled, y, i)));
        const low = i32x4.extend_low_i16x8_u(x);
        const high = i32x4.extend_high_i16x8_u(x);
        const c = columns + (i << 5);
        v128.store(c, i32x4.add(v128.load(c), low));
        v128.store(c, i32x4.add(v128.load(c, 16), high), 16);
        sum = i32x4.add(sum, i32x4.add(low, high));
      }
      total = sumOf(sum);
    } else {
      for (let i = 0; i < vectors << 3; i++) {
        const x = <i32>load<u8>(eight(source, stride, tiled, y, i >> 3) + (i & 7));
        store<i32>(columns + (i << 2), load<i32>(columns + (i << 2)) + x);
        total += x;
      }
    }
    store<i32>(rows + (y << 2), total);
  }
}

/**
 * The shift of one profile against the other at which their steps agree best, or 0 when none agrees better by a tenth.
 * Steps and not sums are compared, so that a change of light is no shift.
 */
function bestShift(now: usize, then: usize, n: i32): i32 {
  let best = 0;
  let bestSum = 0x7fffffff;
  let zero = 0;
  const span = n - 2 * REACH - 1;
  if (span < LEAST_SPAN) return 0;
  for (let s = -REACH; s <= REACH; s++) {
    let sum = 0;
    let i = REACH + 1;
    const end = i + span;
    if (ASC_FEATURE_SIMD) {
      let four = i32x4.splat(0);
      for (; i + 4 <= end; i += 4) {
        const p = now + ((i + s) << 2);
        const q = then + (i << 2);
        const a = i32x4.sub(v128.load(p), v128.load(p - 4));
        const b = i32x4.sub(v128.load(q), v128.load(q - 4));
        four = i32x4.add(four, i32x4.shr_u(i32x4.abs(i32x4.sub(a, b)), 4));
      }
      sum = sumOf(four);
    }
    for (; i < end; i++) {
      const a = load<i32>(now + ((i + s) << 2)) - load<i32>(now + ((i + s - 1) << 2));
      const b = load<i32>(then + (i << 2)) - load<i32>(then + ((i - 1) << 2));
      sum += abs(a - b) >> 4;
    }
    if (s == 0) zero = sum;
    if (sum < bestSum) {
      bestSum = sum;
      best = s;
    }
  }
  return bestSum * 10 < zero * 9 ? best : 0;
}

/** The shift of the picture against the model in pixels: x in the low, y in the high 16 bits. */
export function shiftOf(slab: Slab): i32 {
  const width = (slab.cellsX * CELL) & ~7;
  const height = slab.cellsY * CELL;
  const nowColumns = slab.scratch;
  const nowRows = nowColumns + (width << 2);
  const thenColumns = nowRows + (height << 2);
  const thenRows = thenColumns + (width << 2);
  const picture = changetype<usize>(slab) + slab.pictureAt;
  profile(picture, slab.lumaStride, false, width, height, nowColumns);
  profile(slab.mean8.at(0), slab.stride, true, width, height, thenColumns);
  const x = bestShift(nowColumns, thenColumns, width);
  const y = bestShift(nowRows, thenRows, height);
  return (x & 0xffff) | (y << 16);
}

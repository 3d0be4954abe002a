// Where the picture has gone when the camera shakes: sums of columns and of rows of picture and model, laid over each
// other. Run only when much of the picture has changed.
import * as L from '../layout';
import { at, get, set } from './slab';

const REACH: i32 = 12;

// Eight pixels of a row: of a picture, or of a plane in tiles.
// @ts-ignore: decorator
@inline
function eight(source: usize, stride: i32, tiled: bool, y: i32, i: i32): usize {
  if (!tiled) return source + y * stride + (i << 3);
  return source + (y >> 2) * (stride << 2) + ((i >> 1) << 6) + ((y & 3) << 4) + ((i & 1) << 3);
}

/** Sums of the pixels per column and per row. */
function profile(source: usize, stride: i32, tiled: bool, width: i32, height: i32, columns: usize, rows: usize): void {
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
      total =
        i32x4.extract_lane(sum, 0) + i32x4.extract_lane(sum, 1) + i32x4.extract_lane(sum, 2) + i32x4.extract_lane(sum, 3);
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

/** The shift within REACH of one profile against the other whose steps agree best, if it agrees much better than none. */
function lay(now: usize, then: usize, n: i32): i32 {
  let best = 0;
  let bestSum = 0x7fffffff;
  let zero = 0;
  const span = n - 2 * REACH - 1;
  if (span < 8) return 0;
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
      sum =
        i32x4.extract_lane(four, 0) + i32x4.extract_lane(four, 1) + i32x4.extract_lane(four, 2) + i32x4.extract_lane(four, 3);
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

/** Packs the way that the picture has gone: x in the low, y in the high 16 bits. */
export function shiftOf(slab: usize): i32 {
  const width = get(slab, L.F_CELLS_X) * L.CELL & ~7;
  const height = get(slab, L.F_CELLS_Y) * L.CELL;
  const nowColumns = at(slab, L.F_A_SHIFT);
  const nowRows = nowColumns + (width << 2);
  const thenColumns = nowRows + (height << 2);
  const thenRows = thenColumns + (width << 2);
  profile(slab + get(slab, L.F_PICTURE), get(slab, L.F_STRIDE_Y), false, width, height, nowColumns, nowRows);
  profile(at(slab, L.F_A_MEAN8), get(slab, L.F_STRIDE), true, width, height, thenColumns, thenRows);
  const x = lay(nowColumns, thenColumns, width);
  const y = lay(nowRows, thenRows, height);
  return (x & 0xffff) | (y << 16);
}

// The one pass that every frame pays for: picture against the 8-bit shadow of the model.
// Out come the raw mask (one bit a pixel), and for each cell of 4×4 how many pixels are over the limit and their sum.

/**
 * One row of cells. `source` is the first pixel of its first row; `mean8`, `limit8` and `bits` are its first tiles;
 * `groups` counts the tiles, 16 pixels wide. `floors` has for each cell a value that no limit in it is below. Cells beyond
 * `cellsX` are left at 0.
 */
export function senseRow(
  source: usize,
  sourceStride: i32,
  mean8: usize,
  limit8: usize,
  floors: usize,
  bits: usize,
  count: usize,
  cur: usize,
  cellsX: i32,
  stride: i32,
): void {
  const groups = stride >> 4;
  if (ASC_FEATURE_SIMD) {
    const s2 = sourceStride * 2;
    const s3 = sourceStride * 3;
    for (let g = 0; g < groups; g++) {
      const s = source + (g << 4);
      const m = mean8 + (g << 6);
      let x = v128.load(s);
      const d0 = apart(x, v128.load(m));
      let sum = i16x8.extadd_pairwise_i8x16_u(x);
      x = v128.load(s + sourceStride);
      const d1 = apart(x, v128.load(m, 16));
      sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(x));
      x = v128.load(s + s2);
      const d2 = apart(x, v128.load(m, 32));
      sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(x));
      x = v128.load(s + s3);
      const d3 = apart(x, v128.load(m, 48));
      sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(x));
      const sums = i32x4.extadd_pairwise_i16x8_u(sum);
      store<u64>(cur + (g << 3), i64x2.extract_lane(i16x8.narrow_i32x4_u(sums, sums), 0));
      // No pixel's limit is below its cell's floor: where none is over that, the limits need not be read.
      const floor = v128.load32_zero(floors + (g << 2));
      const most = i8x16.max_u(i8x16.max_u(d0, d1), i8x16.max_u(d2, d3));
      const over = i8x16.sub_sat_u(most, i8x16.shuffle(floor, floor, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
      const c = count + (g << 2);
      const b = bits + (g << 3);
      if (v128.any_true(over)) {
        const l = limit8 + (g << 6);
        const n0 = beyond(d0, v128.load(l));
        const n1 = beyond(d1, v128.load(l, 16));
        const n2 = beyond(d2, v128.load(l, 32));
        const n3 = beyond(d3, v128.load(l, 48));
        store<u16>(b, <u16>i8x16.bitmask(n0));
        store<u16>(b, <u16>i8x16.bitmask(n1), 2);
        store<u16>(b, <u16>i8x16.bitmask(n2), 4);
        store<u16>(b, <u16>i8x16.bitmask(n3), 6);
        const n = i8x16.neg(i8x16.add(i8x16.add(n0, n1), i8x16.add(n2, n3)));
        const counts = i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(n));
        const counts16 = i16x8.narrow_i32x4_u(counts, counts);
        store<u32>(c, i32x4.extract_lane(i8x16.narrow_i16x8_u(counts16, counts16), 0));
      } else if (load<u32>(c)) {
        store<u32>(c, 0);
        store<u64>(b, 0);
      }
    }
    // The last vector may reach beyond the picture.
    for (let c = cellsX; c < groups << 2; c++) {
      store<u8>(count + c, 0);
      store<u16>(cur + (c << 1), 0);
      const keep: u8 = c & 1 ? 0x0f : 0;
      for (let r = 0; r < 4; r++) {
        const p = bits + ((c >> 2) << 3) + (r << 1) + ((c & 3) >> 1);
        store<u8>(p, load<u8>(p) & keep);
      }
    }
  } else {
    for (let c = 0; c < groups << 2; c++) {
      let n = 0;
      let sum = 0;
      for (let r = 0; r < 4; r++) {
        let nibble = 0;
        if (c < cellsX) {
          for (let i = 0; i < 4; i++) {
            const x = <i32>load<u8>(source + r * sourceStride + (c << 2) + i);
            const at = ((c >> 2) << 6) + (r << 4) + ((c & 3) << 2) + i;
            let d = x - <i32>load<u8>(mean8 + at);
            if (d < 0) d = -d;
            if (d > <i32>load<u8>(limit8 + at)) {
              nibble |= 1 << i;
              n++;
            }
            sum += x;
          }
        }
        const p = bits + ((c >> 2) << 3) + (r << 1) + ((c & 3) >> 1);
        if (c & 1) store<u8>(p, <u8>(load<u8>(p) | (nibble << 4)));
        else store<u8>(p, <u8>nibble);
      }
      store<u8>(count + c, <u8>n);
      store<u16>(cur + (c << 1), <u16>sum);
    }
  }
}

// @ts-ignore: decorator
@inline
function apart(x: v128, mean: v128): v128 {
  return v128.or(i8x16.sub_sat_u(x, mean), i8x16.sub_sat_u(mean, x));
}

// −1 where the difference is over the limit.
// @ts-ignore: decorator
@inline
function beyond(difference: v128, limit: v128): v128 {
  return i8x16.ne(i8x16.sub_sat_u(difference, limit), i8x16.splat(0));
}

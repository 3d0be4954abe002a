// The model: per pixel a mean (Q7 in i16) and a spread (mean of 4·|difference|, Q7 in i16), and their 8-bit shadow.
import * as L from '../layout';

/** Q15 multiplication with rounding, as the vector instruction does it. */
// @ts-ignore: decorator
@inline
export function mulQ15(a: i32, b: i32): i32 {
  return min(32767, (a * b + 0x4000) >> 15);
}

/**
 * One row of cells learns from the picture. `rates` is the table of kinds, `kinds` one byte a cell.
 * The limit is `factor` (Q15) of the spread, but not below the cell's floor nor above `ceiling`, both in levels. Out come
 * the cells' sums of the model (`back`) and their mean limits (`limits`).
 */
export function learnRow(
  source: usize,
  sourceStride: i32,
  model: usize,
  mean8: usize,
  limit8: usize,
  kinds: usize,
  rates: usize,
  back: usize,
  floors: usize,
  limits: usize,
  cellsX: i32,
  stride: i32,
  factor: i32,
  ceiling: i32,
): void {
  const groups = stride >> 4;
  if (ASC_FEATURE_SIMD) {
    const vFactor = i16x8.splat(<i16>factor);
    const vCeiling = i8x16.splat(<i8>ceiling);
    let before: u32 = 0xffffffff;
    let alphaLow = i16x8.splat(0);
    let alphaHigh = alphaLow;
    let downLow = alphaLow;
    let downHigh = alphaLow;
    let moreLow = alphaLow;
    let moreHigh = alphaLow;
    for (let g = 0; g < groups; g++) {
      const k = kinds + (g << 2);
      // Mostly all four cells learn alike, and as the four before.
      const four = load<u32>(k);
      if (four != before) {
        before = four;
        const r0 = rates + <usize>(four & 255) * L.RATE_BYTES;
        const r1 = rates + <usize>((four >> 8) & 255) * L.RATE_BYTES;
        const r2 = rates + <usize>((four >> 16) & 255) * L.RATE_BYTES;
        const r3 = rates + <usize>(four >> 24) * L.RATE_BYTES;
        alphaLow = pair(r0, r1);
        alphaHigh = pair(r2, r3);
        downLow = pair(r0 + 16, r1 + 16);
        downHigh = pair(r2 + 16, r3 + 16);
        moreLow = i16x8.sub(pair(r0 + 8, r1 + 8), downLow);
        moreHigh = i16x8.sub(pair(r2 + 8, r3 + 8), downHigh);
      }
      const lows = v128.load32_zero(floors + (g << 2));
      const floor = i8x16.shuffle(lows, lows, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
      let sum = i16x8.splat(0);
      let limit = i16x8.splat(0);
      for (let r = 0; r < 4; r++) {
        const at = (g << 6) + (r << 4);
        const x = v128.load(source + r * sourceStride + (g << 4));
        const mp = model + (at << 2);
        const sp = mp + 32;
        let d = i16x8.sub(i16x8.shl(i16x8.extend_low_i8x16_u(x), 7), v128.load(mp));
        const mLow = i16x8.add(v128.load(mp), i16x8.q15mulr_sat_s(d, alphaLow));
        let s = v128.load(sp);
        const sLow = i16x8.add(s, step(d, s, moreLow, downLow));
        d = i16x8.sub(i16x8.shl(i16x8.extend_high_i8x16_u(x), 7), v128.load(mp, 16));
        const mHigh = i16x8.add(v128.load(mp, 16), i16x8.q15mulr_sat_s(d, alphaHigh));
        s = v128.load(sp, 16);
        const sHigh = i16x8.add(s, step(d, s, moreHigh, downHigh));
        v128.store(mp, mLow);
        v128.store(mp, mHigh, 16);
        v128.store(sp, sLow);
        v128.store(sp, sHigh, 16);
        const m8 = i8x16.narrow_i16x8_u(round7(mLow), round7(mHigh));
        v128.store(mean8 + at, m8);
        const raw = i8x16.narrow_i16x8_u(
          round7(i16x8.q15mulr_sat_s(sLow, vFactor)),
          round7(i16x8.q15mulr_sat_s(sHigh, vFactor)),
        );
        // Rounding keeps the order, so it does not matter that the scalar code clamps before it.
        const l8 = i8x16.min_u(vCeiling, i8x16.max_u(floor, raw));
        v128.store(limit8 + at, l8);
        limit = i16x8.add(limit, i16x8.extadd_pairwise_i8x16_u(l8));
        sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(m8));
      }
      const sums = i32x4.extadd_pairwise_i16x8_u(sum);
      store<u64>(back + (g << 3), i64x2.extract_lane(i16x8.narrow_i32x4_u(sums, sums), 0));
      const wide = i32x4.shr_u(i32x4.extadd_pairwise_i16x8_u(limit), 4);
      const narrow = i16x8.narrow_i32x4_u(wide, wide);
      store<u32>(limits + (g << 2), i32x4.extract_lane(i8x16.narrow_i16x8_u(narrow, narrow), 0));
    }
    // Beyond the picture there is nothing, whatever the last vector found there.
    for (let c = cellsX; c < groups << 2; c++) {
      store<u16>(back + (c << 1), 0);
      store<u8>(limits + c, 0);
    }
  } else {
    for (let c = 0; c < cellsX; c++) {
      const rate = rates + <usize>load<u8>(kinds + c) * L.RATE_BYTES;
      const alpha = <i32>load<i16>(rate);
      const up = <i32>load<i16>(rate, 8);
      const down = <i32>load<i16>(rate, 16);
      const floor = <i32>load<u8>(floors + c) << 7;
      let sum = 0;
      let total = 0;
      for (let r = 0; r < 4; r++) {
        for (let i = 0; i < 4; i++) {
          const row = ((c >> 2) << 6) + (r << 4);
          const across = ((c & 3) << 2) + i;
          const at = row + across;
          const x = <i32>load<u8>(source + r * sourceStride + (c << 2) + i);
          const mp = model + (row << 2) + (across << 1);
          const sp = mp + 32;
          const d = (x << 7) - <i32>load<i16>(mp);
          const m = <i32>load<i16>(mp) + mulQ15(d, alpha);
          let s = <i32>load<i16>(sp);
          const e = min(abs(d), 8191) << 2;
          s += mulQ15(e - s, e > s ? up : down);
          store<i16>(mp, <i16>m);
          store<i16>(sp, <i16>s);
          const m8 = (m + 64) >> 7;
          store<u8>(mean8 + at, <u8>m8);
          const limit = min(ceiling << 7, max(floor, mulQ15(s, factor)));
          const l8 = (limit + 64) >> 7;
          store<u8>(limit8 + at, <u8>l8);
          total += l8;
          sum += m8;
        }
      }
      store<u16>(back + (c << 1), <u16>sum);
      store<u8>(limits + c, <u8>(total >> 4));
    }
  }
}

// @ts-ignore: decorator
@inline
function pair(low: usize, high: usize): v128 {
  return i64x2.replace_lane(v128.load64_splat(low), 1, load<i64>(high));
}

// @ts-ignore: decorator
@inline
function step(d: v128, s: v128, more: v128, down: v128): v128 {
  const e = i16x8.shl(i16x8.min_s(i16x8.abs(d), i16x8.splat(8191)), 2);
  // `more` is what the rate upwards has over that downwards.
  const rate = i16x8.add(down, v128.and(more, i16x8.gt_s(e, s)));
  return i16x8.q15mulr_sat_s(i16x8.sub(e, s), rate);
}

// @ts-ignore: decorator
@inline
function round7(v: v128): v128 {
  return i16x8.shr_s(i16x8.add(v, i16x8.splat(64)), 7);
}

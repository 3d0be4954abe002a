// A row learns. The model has for each pixel a mean (Q7 in i16) and a spread (mean of four times the difference, Q7 in i16);
// of both there is a copy in whole grey levels, `mean8` and `threshold8`.
import { Rates } from './rates';
import { Run } from './run';
import { CELL } from './slab';

/**
 * A run of tiles learns from the picture, each cell as `learning` says. Sets the cells' sums of the model and their mean
 * thresholds, too. The threshold of a pixel is a share of its spread, but not above the ceiling and its cell's nuisance
 * together, and never below its cell's floor, since sensing relies on that.
 */
export function learnRow(run: Run, rates: Rates): void {
  if (ASC_FEATURE_SIMD) {
    learnTiles(run, rates);
    clearFilling(run);
  } else learnCells(run, rates);
}

// @ts-ignore: decorator
@inline
function learnTiles(run: Run, rates: Rates): void {
  const source = run.source.at(0);
  const lumaStride = run.lumaStride;
  const model = run.model.at(0);
  const mean8 = run.mean8.at(0);
  const threshold8 = run.threshold8.at(0);
  const learning = run.learning.at(0);
  const modelSums = run.modelSums.at(0);
  const floors = run.floors.at(0);
  const thresholds = run.thresholds.at(0);
  const tiles = run.tiles;
  const factor = i16x8.splat(<i16>run.thresholdFactor);
  const leastCeiling = i8x16.splat(<i8>run.thresholdCeiling);
  const nuisances = run.nuisance.at(0);
  let kindsBefore: u32 = 0xffffffff;
  let meanLow = i16x8.splat(0);
  let meanHigh = meanLow;
  let downLow = meanLow;
  let downHigh = meanLow;
  let moreLow = meanLow;
  let moreHigh = meanLow;
  for (let tile = 0; tile < tiles; tile++) {
    // Mostly all four cells learn alike, and as the four before.
    const kinds = load<u32>(learning + (tile << 2));
    if (kinds != kindsBefore) {
      kindsBefore = kinds;
      const r0 = Rates.of(rates, kinds & 255);
      const r1 = Rates.of(rates, (kinds >> 8) & 255);
      const r2 = Rates.of(rates, (kinds >> 16) & 255);
      const r3 = Rates.of(rates, kinds >> 24);
      meanLow = pair(r0.mean, r1.mean);
      meanHigh = pair(r2.mean, r3.mean);
      downLow = pair(r0.spreadDown, r1.spreadDown);
      downHigh = pair(r2.spreadDown, r3.spreadDown);
      moreLow = i16x8.sub(pair(r0.spreadUp, r1.spreadUp), downLow);
      moreHigh = i16x8.sub(pair(r2.spreadUp, r3.spreadUp), downHigh);
    }
    const lows = v128.load32_zero(floors + (tile << 2));
    const floor = i8x16.shuffle(lows, lows, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3);
    const disturbed = v128.load32_zero(nuisances + (tile << 2));
    const ceiling = i8x16.add_sat_u(
      leastCeiling,
      i8x16.shuffle(disturbed, disturbed, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3),
    );
    let meanSum = i16x8.splat(0);
    let thresholdSum = i16x8.splat(0);
    for (let row = 0; row < CELL; row++) {
      const pixel = (tile << 6) + (row << 4);
      const x = v128.load(source + row * lumaStride + (tile << 4));
      const mean = model + (pixel << 2);
      const spread = mean + 32;
      let d = i16x8.sub(i16x8.shl(i16x8.extend_low_i8x16_u(x), 7), v128.load(mean));
      const mLow = i16x8.add(v128.load(mean), i16x8.q15mulr_sat_s(d, meanLow));
      let s = v128.load(spread);
      const sLow = i16x8.add(s, spreadStep(d, s, moreLow, downLow));
      d = i16x8.sub(i16x8.shl(i16x8.extend_high_i8x16_u(x), 7), v128.load(mean, 16));
      const mHigh = i16x8.add(v128.load(mean, 16), i16x8.q15mulr_sat_s(d, meanHigh));
      s = v128.load(spread, 16);
      const sHigh = i16x8.add(s, spreadStep(d, s, moreHigh, downHigh));
      v128.store(mean, mLow);
      v128.store(mean, mHigh, 16);
      v128.store(spread, sLow);
      v128.store(spread, sHigh, 16);
      const m8 = i8x16.narrow_i16x8_u(wholeLevels(mLow), wholeLevels(mHigh));
      v128.store(mean8 + pixel, m8);
      const share = i8x16.narrow_i16x8_u(
        wholeLevels(i16x8.q15mulr_sat_s(sLow, factor)),
        wholeLevels(i16x8.q15mulr_sat_s(sHigh, factor)),
      );
      // Rounding keeps the order, so it does not matter that the scalar code clamps before it.
      const t8 = i8x16.max_u(floor, i8x16.min_u(ceiling, share));
      v128.store(threshold8 + pixel, t8);
      thresholdSum = i16x8.add(thresholdSum, i16x8.extadd_pairwise_i8x16_u(t8));
      meanSum = i16x8.add(meanSum, i16x8.extadd_pairwise_i8x16_u(m8));
    }
    const sums = i32x4.extadd_pairwise_i16x8_u(meanSum);
    store<u64>(modelSums + (tile << 3), i64x2.extract_lane(i16x8.narrow_i32x4_u(sums, sums), 0));
    const wide = i32x4.shr_u(i32x4.extadd_pairwise_i16x8_u(thresholdSum), 4);
    const narrow = i16x8.narrow_i32x4_u(wide, wide);
    store<u32>(thresholds + (tile << 2), i32x4.extract_lane(i8x16.narrow_i16x8_u(narrow, narrow), 0));
  }
}

// Beyond the picture there is nothing, whatever the last tile found there.
// @ts-ignore: decorator
@inline
function clearFilling(run: Run): void {
  const modelSums = run.modelSums;
  const thresholds = run.thresholds;
  const end = run.tiles << 2;
  for (let cell = run.cells; cell < end; cell++) {
    modelSums[cell] = 0;
    thresholds[cell] = 0;
  }
}

// @ts-ignore: decorator
@inline
function learnCells(run: Run, rates: Rates): void {
  const source = run.source;
  const lumaStride = run.lumaStride;
  const model = run.model;
  const mean8 = run.mean8;
  const threshold8 = run.threshold8;
  const learning = run.learning;
  const modelSums = run.modelSums;
  const floors = run.floors;
  const thresholds = run.thresholds;
  const factor = run.thresholdFactor;
  const leastCeiling = run.thresholdCeiling;
  const nuisances = run.nuisance;
  const cells = run.cells;
  for (let cell = 0; cell < cells; cell++) {
    const own = Rates.of(rates, learning[cell]);
    const meanRate = <i32>(<i16>own.mean);
    const upRate = <i32>(<i16>own.spreadUp);
    const downRate = <i32>(<i16>own.spreadDown);
    const floor = floors[cell] << 7;
    const ceiling = min(255, leastCeiling + nuisances[cell]) << 7;
    let meanSum = 0;
    let thresholdSum = 0;
    for (let row = 0; row < CELL; row++) {
      const rowOfTile = ((cell >> 2) << 6) + (row << 4);
      const first = rowOfTile + ((cell & 3) << 2);
      // In the model the spreads of a row lie between its means and those of the next.
      let mean = model.from(rowOfTile + first);
      let level = source.from(row * lumaStride + (cell << 2));
      for (let pixel = first; pixel < first + CELL; pixel++) {
        const d = (level[0] << 7) - mean[0];
        const m = mean[0] + mulQ15(d, meanRate);
        let s = mean[CELL * 4];
        const e = min(abs(d), 8191) << 2;
        s += mulQ15(e - s, e > s ? upRate : downRate);
        mean[0] = m;
        mean[CELL * 4] = s;
        const m8 = (m + 64) >> 7;
        mean8[pixel] = m8;
        const t8 = (max(floor, min(ceiling, mulQ15(s, factor))) + 64) >> 7;
        threshold8[pixel] = t8;
        thresholdSum += t8;
        meanSum += m8;
        mean = mean.from(1);
        level = level.from(1);
      }
    }
    modelSums[cell] = meanSum;
    thresholds[cell] = thresholdSum >> 4;
  }
}

/** Q15 multiplication with rounding, as the vector instruction does it. */
// @ts-ignore: decorator
@inline
function mulQ15(a: i32, b: i32): i32 {
  return min(32767, (a * b + 0x4000) >> 15);
}

// @ts-ignore: decorator
@inline
function pair(low: u64, high: u64): v128 {
  return i64x2.replace_lane(i64x2.splat(low), 1, high);
}

/** How far the spread goes towards four times the difference. `more`: what the rate upwards has over that downwards. */
// @ts-ignore: decorator
@inline
function spreadStep(d: v128, s: v128, more: v128, down: v128): v128 {
  const e = i16x8.shl(i16x8.min_s(i16x8.abs(d), i16x8.splat(8191)), 2);
  const rate = i16x8.add(down, v128.and(more, i16x8.gt_s(e, s)));
  return i16x8.q15mulr_sat_s(i16x8.sub(e, s), rate);
}

/** Q7 to whole grey levels. */
// @ts-ignore: decorator
@inline
function wholeLevels(v: v128): v128 {
  return i16x8.shr_s(i16x8.add(v, i16x8.splat(64)), 7);
}

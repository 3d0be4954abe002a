// The light of the whole picture: by which gain it has changed, and the model lit anew by that gain.
import { relight } from './relight';
import { CELL, Slab } from './slab';
import { sumOf } from './vectors';
import { View } from './view';

/** No gain, Q10. */
export const NO_GAIN: i32 = 1024;
/** Nobody knows. */
const UNKNOWN_GAIN: i32 = 0;
/** A cell has changed when its sum, of 16 pixels, differs from the model's by more than two grey levels. */
const CHANGED_SUM: i32 = 32;
/** Cells darker than 20 grey levels or lighter than 245 say nothing about the gain: they are black or overdriven. */
const DARK_SUM: i32 = 320;
/** Where everything is dark, those of 5 levels must do. */
export const BLACK_SUM: i32 = 80;
export const BRIGHT_SUM: i32 = 3920;
/** Fewer cells have no median worth the name. */
export const LEAST_CELLS: i32 = 64;
/** Ratios are counted in bins of 1/128, up to 4 … */
const BINS: i32 = 512;
const FINE: i32 = 7;
/** … or of 1/32, up to 16, where it was nearly black. */
const COARSE: i32 = 5;
/** A gain of a quarter, Q10. */
const LIGHTER: i32 = 1280;
/** The largest sum of a cell. */
const MAX_SUM: i32 = 4080;

/** Cells that differ from the model. */
export function changedCells(slab: Slab): i32 {
  const bytes = slab.cellCount << 1;
  const sums = slab.sums.at(0);
  const modelSums = slab.modelSums.at(0);
  let n = 0;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(<i16>CHANGED_SUM);
    let i = 0;
    while (i < bytes) {
      // No lane counts further than it can.
      const end = min(bytes, i + (16 << 14));
      let count = i16x8.splat(0);
      for (; i < end; i += 16) {
        const d = i16x8.abs(i16x8.sub(v128.load(sums + i), v128.load(modelSums + i)));
        count = i16x8.sub(count, i16x8.gt_s(d, least));
      }
      n += sumOf(i32x4.extadd_pairwise_i16x8_s(count));
    }
  } else {
    for (let i = 0; i < bytes; i += 2) {
      if (abs(<i32>load<u16>(sums + i) - <i32>load<u16>(modelSums + i)) > CHANGED_SUM) n++;
    }
  }
  return n;
}

/** The median ratio of picture to model over the cells, Q10, or NO_GAIN when less than half of them agree with it. */
export function gainOf(slab: Slab): i32 {
  return gainAbove(slab, DARK_SUM, FINE) || NO_GAIN;
}

/** Whether too much is or was black or white to tell a gain, and what was nearly black does not deny that it is lighter now. */
export function mayBeGain(slab: Slab): bool {
  if (gainAbove(slab, DARK_SUM, FINE) != UNKNOWN_GAIN) return false;
  const gain = gainAbove(slab, BLACK_SUM, COARSE);
  return gain == UNKNOWN_GAIN || gain > LIGHTER;
}

/** The gain of the cells that were lighter than `dark`, by ratios in bins of 1/2^`fine`; UNKNOWN_GAIN when they are too few. */
function gainAbove(slab: Slab, dark: i32, fine: i32): i32 {
  const bins = changetype<View<u16>>(slab.scratch);
  const n = countRatios(slab, bins, dark, fine);
  if (n < LEAST_CELLS) return UNKNOWN_GAIN;
  let seen = 0;
  let median = 0;
  while (median < BINS - 1) {
    seen += bins[median];
    if (seen * 2 >= n) break;
    median++;
  }
  // Ratios within a sixteenth of the median agree with it.
  const reach = max(5, median >> 4);
  let agree = 0;
  let weight = 0;
  for (let bin = max(0, median - reach); bin <= min(BINS - 1, median + reach); bin++) {
    agree += bins[bin];
    weight += bins[bin] * (2 * bin + 1);
  }
  if (agree * 2 < n) return NO_GAIN;
  // The mean of those that agree; 2 · bin + 1 is twice the middle of a bin.
  return (weight << (9 - fine)) / agree;
}

/** Counts the ratios of picture to model, of every second cell as on a chessboard. Returns how many. */
// @ts-ignore: decorator
@inline
function countRatios(slab: Slab, bins: View<u16>, dark: i32, fine: i32): i32 {
  const stride = slab.cellStride;
  const cellsX = slab.cellsX;
  const cellsY = slab.cellsY;
  const sums = slab.sums;
  const modelSums = slab.modelSums;
  memory.fill(changetype<usize>(bins), 0, BINS << 1);
  let n = 0;
  for (let y = 0; y < cellsY; y++) {
    for (let x = y & 1; x < cellsX; x += 2) {
      const then = modelSums[y * stride + x];
      const now = sums[y * stride + x];
      if (then < dark || now > BRIGHT_SUM || then > BRIGHT_SUM) continue;
      const bin = min(BINS - 1, (now << fine) / then);
      bins[bin] = bins[bin] + 1;
      n++;
    }
  }
  return n;
}

/** Lights the model and what the cells remember of it by `gain` (Q10). */
export function lightModel(slab: Slab, gain: i32): void {
  const cells = slab.cellCount;
  relight(slab.model.at(0), slab.mean8.at(0), cells * CELL * CELL, min(32767, gain << 3), 0);
  scale(slab.modelSums, cells, gain);
  scale(slab.quickSums, cells, gain);
}

function scale(sums: View<u16>, cells: i32, gain: i32): void {
  for (let i = 0; i < cells; i++) sums[i] = min(MAX_SUM, (sums[i] * gain + 512) >> 10);
}

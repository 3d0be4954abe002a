// What another light leaves to be seen: where the picture has become white its structure is gone, though nothing has moved.
import { BLACK_SUM, BRIGHT_SUM, mayBeGain, NO_GAIN } from './light';
import { STRUCTURED, stepsOf } from './measures';
import { firstPixel, rowCovered, uncoveredLeft, uncoveredRight } from './picture';
import { CELL, Slab } from './slab';

/** A pixel of this level may be any lighter: it is overdriven, or nearly. */
const WHITE: i32 = 250;

/** Whether seven eighths of the picture are white: nothing is to be seen. */
export function isWhite(slab: Slab): bool {
  return countLighter(slab, slab.sums.at(0), BRIGHT_SUM) * 8 >= slab.cellsX * slab.cellsY * 7;
}

function countLighter(slab: Slab, sums: usize, least: i32): i32 {
  const bytes = slab.cellCount << 1;
  let n = 0;
  if (ASC_FEATURE_SIMD) {
    const limit = i16x8.splat(<i16>least);
    for (let i = 0; i < bytes; i += 16) n += popcnt(i16x8.bitmask(i16x8.gt_s(v128.load(sums + i), limit)));
  } else {
    for (let i = 0; i < bytes; i += 2) n += i32(<i32>load<u16>(sums + i) > least);
  }
  return n;
}

/** Cells that can show a change of the light: they are not white, or were not. */
export function litCells(slab: Slab): i32 {
  const white = min(
    countLighter(slab, slab.sums.at(0), BRIGHT_SUM),
    countLighter(slab, slab.modelSums.at(0), BRIGHT_SUM),
  );
  return slab.cellsX * slab.cellsY - white;
}

/**
 * Of what was white the model only knows how light it was at least. When the light goes down by `gain` (Q10), and the model was
 * lit by it, the picture shows there for the first time what is there, and becomes the model. Not where it is darker by more
 * than a quarter, for something has come before it; less is the error of a gain when the model has followed the light half way.
 */
export function takeUncovered(slab: Slab, gain: i32): void {
  const whiteSum = (BRIGHT_SUM * gain) >> 10;
  if (countLighter(slab, slab.modelSums.at(0), whiteSum) * 64 < slab.cellCount) return;
  const white = (WHITE * gain) >> 10;
  const cellsY = slab.cellsY;
  const left = uncoveredLeft(slab);
  const right = slab.cellsX - uncoveredRight(slab);
  for (let y = 0; y < cellsY; y++) {
    if (!rowCovered(slab, y)) continue;
    const pixels = firstPixel(slab, y);
    for (let x = left; x < right; x++) {
      const cell = y * slab.cellStride + x;
      if (slab.modelSums[cell] >= white) takeCell(slab, cell, pixels + (x << 2), white);
    }
  }
}

function takeCell(slab: Slab, cell: i32, pixels: usize, white: i32): void {
  const first = ((cell >> 2) << 6) + ((cell & 3) << 2);
  const mean8 = slab.mean8;
  const model = slab.model;
  let sum = 0;
  let taken = 0;
  for (let row = 0; row < CELL; row++) {
    for (let i = 0; i < CELL; i++) {
      const at = first + (row << 4) + i;
      const mean = mean8[at];
      const level = <i32>load<u8>(pixels + row * slab.lumaStride + i);
      if (mean >= white && level * 4 >= white * 3) {
        mean8[at] = level;
        // Behind the 16 means of a row are its spreads.
        model[((cell >> 2) << 7) + (row << 5) + ((cell & 3) << 2) + i] = level << 7;
        taken++;
      }
      sum += mean8[at];
    }
  }
  if (!taken) return;
  slab.modelSums[cell] = sum;
  slab.quickSums[cell] = slab.sums[cell];
}

/**
 * The model was lit by `gain` (Q10), and had steps of `before`: as much less structure as the model has now is to be expected.
 * Not of a picture that has nothing of it, nor has its own in its place, for it is covered.
 */
export function expectStructure(slab: Slab, gain: i32, before: i32): void {
  const after = stepsOf(slab, slab.modelSums.at(0));
  const lit = <i32>((<i64>slab.sharpnessLit * after) / max(1, before));
  if (lit >= slab.sharpnessLit) {
    slab.sharpnessLit = min(slab.sharpness, lit);
    return;
  }
  if (lit < STRUCTURED ? gain > NO_GAIN : inPlace(slab, after)) slab.sharpnessLit = lit;
}

/**
 * Whether the light hides most of the structure and shows the rest of it: half of what can be expected is there, in its place.
 * What has none left may be that of a lens that is covered, unless some of it is white.
 */
export function isHidden(slab: Slab, sharpness: i32): bool {
  if (sharpness * 2 < slab.sharpnessLit || isWhite(slab)) return false;
  const steps = stepsOf(slab, slab.modelSums.at(0));
  if (steps >= STRUCTURED) return inPlace(slab, steps);
  return countLighter(slab, slab.sums.at(0), BRIGHT_SUM) * 16 >= slab.cellCount;
}

/**
 * Whether what is marked says nothing of another view: cells that are or were white, or were black, may show the same as before
 * in another light, and of the others most are as they were, or there are none.
 */
export function isLight(slab: Slab): bool {
  if (mayBeGain(slab)) return true;
  const cells = slab.cellCount;
  let tell = 0;
  for (let cell = 0; cell < cells; cell++) tell += i32(tells(slab, cell));
  const marked = slab.marked;
  const count = slab.markedCount;
  let changed = 0;
  for (let i = 0; i < count; i++) changed += i32(tells(slab, marked[i]));
  return changed * 5 < tell * 2;
}

// @ts-ignore: decorator
@inline
function tells(slab: Slab, cell: i32): bool {
  const then = slab.modelSums[cell];
  return then > BLACK_SUM && then < BRIGHT_SUM && slab.sums[cell] < BRIGHT_SUM;
}

/** Whether the steps of the picture are mostly those of the model: of one that shows something else, none are. */
function inPlace(slab: Slab, steps: i32): bool {
  const stride = slab.cellStride;
  const cellsX = slab.cellsX;
  const cellsY = slab.cellsY;
  const sums = slab.sums;
  const modelSums = slab.modelSums;
  let apart = 0;
  let n = 0;
  for (let y = 0; y < cellsY; y += 2) {
    for (let cell = y * stride; cell < y * stride + cellsX - 1; cell++) {
      apart += abs(sums[cell] - sums[cell + 1] - modelSums[cell] + modelSums[cell + 1]);
      n++;
    }
  }
  return <i32>((<i64>apart << 4) / max(1, n)) * 4 < steps * 3;
}

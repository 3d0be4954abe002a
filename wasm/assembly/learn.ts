// Which cells of the model learn in a frame. Learning is the dearest part of a frame, and a background that changes over
// seconds needs it less often: rows take turns, but for tiles in which something is going on.
import { raiseFloors } from './floors';
import { learnRow } from './learn-row';
import { rowCovered, uncoveredLeft, uncoveredRight } from './picture';
import { Learning, Rates } from './rates';
import { runToLearn } from './runs';
import { Slab } from './slab';

/** From this nuisance on a tile is busy. A power of two: it is tested as bits. */
const BUSY_NUISANCE: i32 = 32;
/** Bits of four cells that say that they are busy: a quick kind of learning, above Learning.skip … */
const BUSY_KINDS: u32 = 0xfcfcfcfc;
/** … or a nuisance of BUSY_NUISANCE or more. */
const BUSY_NUISANCES: u32 = 0xe0e0e0e0;

/**
 * The model learns: of each row whose turn it is all tiles, of each other row the busy ones. It is the turn of `rows` rows
 * from `turn` on; after the last row comes the first.
 */
export function learn(slab: Slab, turn: i32, rows: i32): void {
  const cellsX = slab.cellsX;
  const cellsY = slab.cellsY;
  const left = uncoveredLeft(slab);
  const right = cellsX - uncoveredRight(slab);
  const all = rows >= cellsY;
  const turnRates = all ? slab.rates : slab.sparseRates;
  for (let y = 0; y < cellsY; y++) {
    if (!rowCovered(slab, y)) continue;
    const due = all || (y < turn ? y + cellsY : y) < turn + rows;
    const mixed = !all && mayBeBusy(slab, y);
    if (!due && !mixed) continue;
    setLearning(slab, y, 0, left, Learning.skip);
    setLearning(slab, y, right, cellsX, Learning.skip);
    if (mixed) learnMixedRow(slab, y, due);
    else learnRun(slab, y, 0, slab.cellStride, turnRates);
    setLearning(slab, y, 0, left, Learning.background);
    setLearning(slab, y, right, cellsX, Learning.background);
  }
}

// @ts-ignore: decorator
@inline
function setLearning(slab: Slab, y: i32, first: i32, end: i32, kind: Learning): void {
  const learning = slab.learning.from(y * slab.cellStride);
  for (let x = first; x < end; x++) learning[x] = kind;
}

/** Learns in runs of tiles that are alike: the busy ones now, the others when it is their row's turn. */
// @ts-ignore: decorator
@inline
function learnMixedRow(slab: Slab, y: i32, due: bool): void {
  const cellStride = slab.cellStride;
  const learning = slab.learning.at(y * cellStride);
  const nuisance = slab.nuisance.at(y * cellStride);
  let first = 0;
  while (first < cellStride) {
    if (ASC_FEATURE_SIMD) {
      // Mostly none of four tiles is busy.
      if (!due && first + 16 <= cellStride && noneBusy(learning + first, nuisance + first)) {
        first += 16;
        continue;
      }
    }
    const busy = isBusy(learning + first, nuisance + first);
    let end = first + 4;
    while (end < cellStride && isBusy(learning + end, nuisance + end) == busy) end += 4;
    if (busy) learnRun(slab, y, first, end, slab.rates);
    else if (due) learnRun(slab, y, first, end, slab.sparseRates);
    first = end;
  }
}

function learnRun(slab: Slab, y: i32, first: i32, end: i32, rates: Rates): void {
  raiseFloors(slab, y, first, end);
  learnRow(runToLearn(slab, y, first, end), rates);
}

/** Whether a row may have busy tiles: its notes spare looking. */
// @ts-ignore: decorator
@inline
function mayBeBusy(slab: Slab, y: i32): bool {
  return slab.learningNotes[y] != 0 || slab.nuisanceNotes[y] >= BUSY_NUISANCE;
}

/** Whether the tile whose four cells begin here has light, nuisance or healing in it, or has learnt nuisance. */
// @ts-ignore: decorator
@inline
function isBusy(learning: usize, nuisance: usize): bool {
  return ((load<u32>(learning) & BUSY_KINDS) | (load<u32>(nuisance) & BUSY_NUISANCES)) != 0;
}

/** The same of the sixteen cells of four tiles, the other way round. */
// @ts-ignore: decorator
@inline
function noneBusy(learning: usize, nuisance: usize): bool {
  const kinds = v128.and(v128.load(learning), i32x4.splat(BUSY_KINDS));
  return !v128.any_true(v128.or(kinds, v128.and(v128.load(nuisance), i32x4.splat(BUSY_NUISANCES))));
}

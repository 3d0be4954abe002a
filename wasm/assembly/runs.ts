// The runs of tiles of a slab: where each array has them, and how they learn.
import { firstPixel } from './picture';
import { Run } from './run';
import { Slab } from './slab';
import { farApart } from './unrest';
import { View } from './view';

/** 0.85, since the spread is about four times the mean deviation. */
const THRESHOLD_FACTOR: i32 = 28_000;
/** What differs by more is always seen, whatever has been learnt, where nothing comes and goes. */
const THRESHOLD_CEILING: i32 = 24;
/** Where nothing can be followed, limits alone must hold back what sways. */
const FAR_APART_CEILING: i32 = 100;

/** The whole of a row of cells, to be sensed. There is one run at a time. */
export function runToSense(slab: Slab, y: i32): Run {
  const cell = y * slab.cellStride;
  const run = begin(slab, y, 0, slab.cellStride);
  run.mask = slab.mask.from(cell << 1);
  run.counts = slab.counts.from(cell);
  run.sums = slab.sums.from(cell);
  return run;
}

/** The cells of a row from `first` to before `end`, to learn. Both are multiples of the four cells of a tile. */
export function runToLearn(slab: Slab, y: i32, first: i32, end: i32): Run {
  const cell = y * slab.cellStride + first;
  const run = begin(slab, y, first, end);
  run.model = slab.model.from(cell << 5);
  run.thresholds = slab.thresholds.from(cell);
  run.learning = slab.learning.from(cell);
  run.nuisance = slab.nuisance.from(cell);
  run.modelSums = slab.modelSums.from(cell);
  run.thresholdFactor = THRESHOLD_FACTOR;
  run.thresholdCeiling = farApart(slab) ? FAR_APART_CEILING : THRESHOLD_CEILING;
  return run;
}

// @ts-ignore: decorator
@inline
function begin(slab: Slab, y: i32, first: i32, end: i32): Run {
  const run = slab.run;
  const cell = y * slab.cellStride + first;
  run.source = changetype<View<u8>>(firstPixel(slab, y) + (first << 2));
  run.lumaStride = slab.lumaStride;
  run.tiles = (end - first) >> 2;
  run.cells = min(end, slab.cellsX) - first;
  run.mean8 = slab.mean8.from(cell << 4);
  run.threshold8 = slab.threshold8.from(cell << 4);
  run.floors = slab.floors.from(cell);
  return run;
}

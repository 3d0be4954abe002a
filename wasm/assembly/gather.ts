// What speaks for and against each region, gathered from its cells.
import { Slab } from './slab';
import { isNew, timeOf } from './seen';
import { View } from './view';

/** A cell is strong when its mean differs by more than 1.25 thresholds: its sum, of 16 pixels, by more than 20. */
const STRONG_SUM: i32 = 20;
/** … or when so many of its pixels are over their thresholds. */
const STRONG_PIXELS: i32 = 11;
/** A cell moves when its sum differs from the quick mean by this many thresholds, as a shift … */
const MOVING_SHIFT: i32 = 2;
/** … and by three grey levels of its 16 pixels at least, since compression alone makes less. */
const LEAST_MOVING: i32 = 48;
/** A cell has changed by this much, a level and a half of its 16 pixels, at least. */
const LEAST_CHANGE: i32 = 24;
/** An edge is new when the step between two cells differs by this many thresholds, as a shift … */
const EDGE_SHIFT: i32 = 3;
/** … and by seven grey levels of 16 pixels at least. */
const LEAST_EDGE: i32 = 112;

/** Measures the regions, a run of neighbouring cells at a time: such cells are of one region. */
export function gather(slab: Slab, tenths: i32): void {
  const stride = slab.cellStride;
  const cellsX = slab.cellsX;
  const cellsY = slab.cellsY;
  const labels = slab.labels;
  const marked = slab.marked;
  const count = slab.markedCount;
  const parents = slab.parents;
  const counts = slab.counts;
  const sums = slab.sums;
  const modelSums = slab.modelSums;
  const quickSums = slab.quickSums;
  const lastSums = slab.lastSums;
  const thresholds = slab.thresholds;
  const seenAt = slab.seenAt;
  const now16 = timeOf(slab);
  const zones = slab.zones;
  const stillTimes = slab.stillTimes;
  const nuisances = slab.nuisance;
  let y = 0;
  let rowStart = 0;
  let i = 0;
  while (i < count) {
    const first = marked[i];
    while (first >= rowStart + stride) {
      rowStart += stride;
      y++;
    }
    const id = parents[labels[first]];
    const region = slab.region(id);
    let zone = region.zone;
    let zoneLead = region.zoneLead;
    let pixels = 0;
    let across = 0;
    let difference = 0;
    let strong = 0;
    let newCells = 0;
    let nuisance = 0;
    let moving = 0;
    let changing = 0;
    let structure = 0;
    const down = y + 1 < cellsY ? stride << 1 : 0;
    const up = y > 0 ? -stride << 1 : 0;
    const end = min(first + count - i, rowStart + cellsX);
    let cell = first;
    for (; cell < end && marked[i + cell - first] == cell; cell++) {
      const x = cell - rowStart;
      labels[cell] = id;
      const over = counts[cell];
      const here = sums.from(cell);
      const modelHere = modelSums.from(cell);
      const now = here[0];
      const then = modelHere[0];
      const threshold = thresholds[cell];
      // The zone that holds most of the region, by the majority vote that needs no tally.
      const own = zones[cell] - 1;
      if (!zoneLead) zone = own;
      zoneLead += zone == own ? 1 : -1;
      pixels += over;
      across += (x * 64 + 32) * over;
      difference += abs(now - then);
      strong += i32(abs(now - then) > threshold * STRONG_SUM) | i32(over >= STRONG_PIXELS);
      newCells += i32(isNew(seenAt[cell], now16));
      nuisance += nuisances[cell];
      const moves = i32(abs(now - quickSums[cell]) > max(LEAST_MOVING, threshold << MOVING_SHIFT));
      moving += moves;
      changing += i32(abs(now - lastSums[cell]) > max(LEAST_CHANGE, threshold));
      stillTimes[cell] = select(0, min(255, stillTimes[cell] + tenths), moves);
      // Beyond the border a cell is its own neighbour: no step.
      const right = select(2, 0, x + 1 < cellsX);
      const left = select(-2, 0, x > 0);
      const step0 = neighbour(here, right) - now;
      const step1 = neighbour(here, left) - now;
      const step2 = neighbour(here, down) - now;
      const step3 = neighbour(here, up) - now;
      const model0 = neighbour(modelHere, right) - then;
      const model1 = neighbour(modelHere, left) - then;
      const model2 = neighbour(modelHere, down) - then;
      const model3 = neighbour(modelHere, up) - then;
      const leastEdge = max(LEAST_EDGE, threshold << EDGE_SHIFT);
      // The model's own step is among those that light can make, so one that is near it is no new edge.
      const apart = max(
        max(abs(step0 - model0), abs(step1 - model1)),
        max(abs(step2 - model2), abs(step3 - model3)),
      );
      if (apart >= leastEdge) {
        const gain = ((now + 16) << 8) / (then + 16);
        const low = min(256, gain) * 5;
        const high = max(256, gain) * 5;
        structure += i32(
          max(
            max(beyondLight(step0, model0, low, high), beyondLight(step1, model1, low, high)),
            max(beyondLight(step2, model2, low, high), beyondLight(step3, model3, low, high)),
          ) >= leastEdge,
        );
      }
    }
    const cells = cell - first;
    i += cells;
    region.left = min(region.left, first - rowStart);
    region.top = min(region.top, y);
    region.right = max(region.right, cell - 1 - rowStart);
    region.bottom = max(region.bottom, y);
    region.zone = zone;
    region.zoneLead = zoneLead;
    region.cells += cells;
    region.pixels += pixels;
    region.x += across;
    region.y += (y * 64 + 32) * pixels;
    region.difference += difference;
    region.strong += strong;
    region.newCells += newCells;
    region.nuisance += nuisance;
    region.moving += moving;
    region.changing += changing;
    region.structure += structure;
    if (moving < cells) slab.stillNotes[y] = 1;
  }
}

/** The sum of the cell that is so many bytes away. */
// @ts-ignore: decorator
@inline
function neighbour(here: View<u16>, bytes: i32): i32 {
  return <i32>load<u16>(changetype<usize>(here) + bytes);
}

/**
 * How far the step from a cell to its neighbour is beyond any step that light could have made of the model's: light
 * multiplies a step by something between 1 and its own gain, with slack for gamma from 0.6 of the smaller to 1.25 of the
 * larger. `low` and `high` are these two, five times and in 1/256.
 */
// @ts-ignore: decorator
@inline
function beyondLight(step: i32, model: i32, low: i32, high: i32): i32 {
  const least = (model * low) >> 11;
  const most = (model * high) >> 10;
  return max(min(least, most) - step, step - max(least, most));
}

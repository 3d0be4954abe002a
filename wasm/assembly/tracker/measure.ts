// How an object has moved from the picture before to this one.
import { agree } from './consensus';
import { followPoint } from './follow-point';
import { Followed } from './followed';
import { Point } from './point';
import { covered } from './template';
import { TrackSlab } from './track-slab';

/** The points lie in this share of the box. */
const INNER: f64 = 0.9;
/** An object is looked at in a picture in which its shorter side has no more pixels than this. */
const FINE_SIDE: f64 = 32;
/** While it is this uncertain how far it has gone, in pixels, smaller pictures are looked at first. */
const UNCERTAIN: f64 = 1;
/** A point that goes less far, in pixels of its level, stands still … */
const STILL: f64 = 0.3;
/** … and is worth less while it is not known what is background. */
const STILL_WORTH: f64 = 0.3;
/** How fast a cell becomes known as the object's or not. */
const LEARNING: f32 = 0.2;
const LEAST_CELL: f32 = 0.02;

/** Writes a consensus, and returns whether there is one. */
export function measure(slab: TrackSlab, object: Followed, dt: f64): bool {
  slab.consensus.support = 0;
  if (!slab.haveBefore || dt <= 0) return false;
  let base = 0;
  let side = min(object.w.value, object.h.value);
  while (side > FINE_SIDE && base < slab.levels - 1) {
    side *= 0.5;
    base++;
  }
  const size = <f64>(1 << base);
  const guessX = object.x.rate * dt;
  const guessY = object.y.rate * dt;
  const doubt = Math.sqrt(max(object.x.rr, object.y.rr)) * dt;
  const depth = doubt < UNCERTAIN * size ? 1 : slab.depth;
  const top = min(slab.levels - 1, base + depth - 1);
  const cells = object.columns * object.rows;
  let total: f64 = 0;
  for (let i = 0; i < cells; i++) {
    const p = slab.point(i);
    p.found = 0;
    put(object, p, i);
    const x = object.x.value + p.x;
    const y = object.y.value + p.y;
    if (x < 0 || y < 0 || x >= slab.width || y >= slab.height) continue;
    const worth = <f64>object.cell(i);
    total += worth;
    if (covered(slab, object, x, y) || !followPoint(slab, p, x, y, guessX, guessY, base, top)) continue;
    p.found = 1;
    p.weight *= worth;
    // Most of what does not move is behind the object, unless all of it stands.
    if (slab.backgroundKnown || max(abs(p.dx), abs(p.dy)) > STILL * size) continue;
    p.weight *= STILL_WORTH;
    total -= worth * (1 - STILL_WORTH);
  }
  if (!agree(slab, object, cells, size, total, dt)) return false;
  learnCells(slab, object, cells);
  return true;
}

// @ts-ignore: decorator
@inline
function put(object: Followed, p: Point, cell: i32): void {
  const columns = object.columns;
  const column = cell % columns;
  const row = cell / columns;
  p.cell = cell;
  p.x = (((<f64>column + 0.5) / <f64>columns - 0.5) * INNER) * object.w.value;
  p.y = (((<f64>row + 0.5) / <f64>object.rows - 0.5) * INNER) * object.h.value;
}

/** Cells whose points have agreed show the object, those that were followed elsewhere do not. */
function learnCells(slab: TrackSlab, object: Followed, cells: i32): void {
  for (let i = 0; i < cells; i++) {
    const p = slab.point(i);
    if (!p.found) continue;
    const before = object.cell(i);
    const now = before + LEARNING * ((p.found == 2 ? <f32>1 : <f32>0) - before);
    object.setCell(i, max(LEAST_CELL, now));
  }
}

/** At first the middle of the box is taken for the object. */
export function startCells(slab: TrackSlab, object: Followed): void {
  const tall = object.h.value >= object.w.value;
  object.columns = tall ? slab.cellsAcross : slab.cellsAlong;
  object.rows = tall ? slab.cellsAlong : slab.cellsAcross;
  const cells = object.columns * object.rows;
  for (let i = 0; i < cells; i++) {
    const u = (<f64>(i % object.columns) + 0.5) / <f64>object.columns - 0.5;
    const v = (<f64>(i / object.columns) + 0.5) / <f64>object.rows - 0.5;
    object.setCell(i, <f32>((1 - 3 * u * u) * (1 - 2.5 * v * v)));
  }
}

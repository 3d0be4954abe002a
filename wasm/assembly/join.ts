// Marked cells become regions: neighbours and, so that a person stays one region, cells with one free cell between them.
import { MAX_LABELS } from './arrange';
import { gather } from './gather';
import { MAX_REGIONS, Slab } from './slab';
import { View } from './view';

/**
 * Joins the marked cells into regions and measures these. Each cell's region number is in `labels` then. `tenths`: how many
 * 100 ms the media time has gone on. Returns the number of regions.
 */
export function join(slab: Slab, tenths: i32): i32 {
  const regions = numberRegions(slab, labelCells(slab));
  gather(slab, tenths);
  for (let id = 1; id <= regions; id++) {
    const region = slab.region(id);
    const pixels = max(1, region.pixels);
    region.x /= pixels;
    region.y /= pixels;
    region.difference /= region.cells;
  }
  slab.regionCount = regions;
  return regions;
}

/**
 * Gives each marked cell a label, and joins labels that touch. Returns the number of labels.
 *
 *     . x x x .      two rows above
 *     x x x x x      the row above
 *     x x c          what is looked at for cell c; where the left neighbour is marked, only the last of the upper rows:
 *                    it has looked at the others
 */
// @ts-ignore: decorator
@inline
function labelCells(slab: Slab): i32 {
  const stride = slab.cellStride;
  const cellsX = slab.cellsX;
  const labels = slab.labels;
  const marked = slab.marked;
  const parents = slab.parents;
  const lastMarked = slab.lastMarked;
  const lastCount = slab.lastMarkedCount;
  for (let i = 0; i < lastCount; i++) labels[lastMarked[i]] = 0;
  const count = slab.markedCount;
  let used = 0;
  let y = 0;
  let rowStart = 0;
  for (let i = 0; i < count; i++) {
    const cell = marked[i];
    while (cell >= rowStart + stride) {
      rowStart += stride;
      y++;
    }
    const x = cell - rowStart;
    const here = labels.from(cell);
    const above = here.from(-stride);
    const higher = above.from(-stride);
    let label = x > 0 ? here[-1] : 0;
    if (label) {
      label = find(parents, label);
      if (y > 0 && x + 2 < cellsX) label = unite(parents, label, above[2]);
      if (y > 1 && x + 1 < cellsX) label = unite(parents, label, higher[1]);
    } else {
      const from = max(-2, -x);
      const to = min(2, cellsX - 1 - x);
      if (x > 1) label = unite(parents, label, here[-2]);
      if (y > 0) label = uniteRow(parents, label, above, from, to);
      if (y > 1) label = uniteRow(parents, label, higher, max(-1, from), min(1, to));
      if (!label) {
        if (used < MAX_LABELS) used++;
        label = used;
        parents[label] = label;
      }
    }
    here[0] = label;
  }
  return used;
}

/** Joins a label with those of a row's cells from `from` to `to`. */
// @ts-ignore: decorator
@inline
function uniteRow(parents: View<u16>, label: i32, row: View<u16>, from: i32, to: i32): i32 {
  for (let dx = from; dx <= to; dx++) label = unite(parents, label, row[dx]);
  return label;
}

/** Joins the regions of two labels; the smaller root is that of both. `root` is a root, or 0 for none. Returns the root. */
// @ts-ignore: decorator
@inline
function unite(parents: View<u16>, root: i32, other: i32): i32 {
  if (!other || other == root) return root;
  const otherRoot = find(parents, other);
  if (!root || otherRoot == root) return otherRoot;
  if (otherRoot < root) {
    parents[root] = otherRoot;
    return otherRoot;
  }
  parents[otherRoot] = root;
  return root;
}

/** The root of a label. Shortens the way to it for the next time. */
// @ts-ignore: decorator
@inline
function find(parents: View<u16>, label: i32): i32 {
  let root = label;
  let next = parents[root];
  while (next != root) {
    const over = parents[next];
    parents[root] = over;
    root = over;
    next = parents[root];
  }
  return root;
}

/** Numbers the roots in reading order, gives every label the number of its root, and clears the regions. */
function numberRegions(slab: Slab, labels: i32): i32 {
  const parents = slab.parents;
  let regions = 0;
  for (let label = 1; label <= labels; label++) {
    const parent = parents[label];
    // A parent is the smaller label, so it has its number already.
    if (parent != label) parents[label] = parents[parent];
    else {
      if (regions < MAX_REGIONS - 1) {
        regions++;
        slab.region(regions).clear();
      }
      parents[label] = regions;
    }
  }
  return regions;
}

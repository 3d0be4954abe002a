// Cells of 4×4 pixels: which are marked, which regions they make, and what speaks for and against each region.
import * as L from '../layout';
import { at, get, row, set } from './slab';

/** Lists the cells with at least `least` pixels over the limit, in reading order. Returns how many. */
export function mark(slab: usize, least: i32): i32 {
  const cellsY = get(slab, L.F_CELLS_Y);
  const total = get(slab, L.F_CELL_STRIDE) * cellsY;
  const count = at(slab, L.F_A_COUNT);
  const list = at(slab, L.F_A_LIST);
  const zone = at(slab, L.F_A_ZONE);
  let n = 0;
  for (let i = 0; i < total; i += 16) {
    // May look into the guard behind the array; what it finds there is not listed.
    if (!(load<u64>(count + i) | load<u64>(count + i, 8))) continue;
    const end = min(total, i + 16);
    for (let c = i; c < end; c++) {
      if (<i32>load<u8>(count + c) >= least && load<u8>(zone + c)) {
        store<u16>(list + (n << 1), <u16>c);
        n++;
      }
    }
  }
  set(slab, L.F_MARKED, n);
  return n;
}

// @ts-ignore: decorator
@inline
function find(parent: usize, id: i32): i32 {
  let root = id;
  let next = <i32>load<u16>(parent + (root << 1));
  while (next != root) {
    const over = <i32>load<u16>(parent + (next << 1));
    store<u16>(parent + (root << 1), <u16>over);
    root = over;
    next = <i32>load<u16>(parent + (root << 1));
  }
  return root;
}

const LABELS: i32 = 4000;

/**
 * Joins marked cells into regions: neighbours and, so that a person stays one region, cells with one free cell between
 * them. Fills the table and writes each cell's region number (1…) into F_A_LABEL. Returns the number of regions.
 */
export function join(slab: usize, n: i32, tenths: i32): i32 {
  const stride = get(slab, L.F_CELL_STRIDE);
  const label = at(slab, L.F_A_LABEL);
  const list = at(slab, L.F_A_LIST);
  const parent = at(slab, L.F_A_PARENT);
  const cellsX = get(slab, L.F_CELLS_X);
  const before = at(slab, L.F_A_LIST_PREV);
  const beforeN = get(slab, L.F_MARKED_PREV);
  for (let i = 0; i < beforeN; i++) store<u16>(label + (<usize>load<u16>(before + (i << 1)) << 1), 0);
  let labels = 0;
  for (let i = 0; i < n; i++) {
    const c = <i32>load<u16>(list + (i << 1));
    const y = c / stride;
    const x = c - y * stride;
    let mine = 0;
    for (let dy = 0; dy <= 2; dy++) {
      if (dy > y) break;
      for (let dx = -2; dx <= 2; dx++) {
        if (dy == 0 && dx >= 0) break;
        if (x + dx < 0 || x + dx >= cellsX) continue;
        if (dy == 2 && (dx < -1 || dx > 1)) continue;
        const other = <i32>load<u16>(label + ((c - dy * stride + dx) << 1));
        if (!other) continue;
        const root = find(parent, other);
        if (!mine) mine = root;
        else if (root != mine) {
          if (root < mine) {
            store<u16>(parent + (mine << 1), <u16>root);
            mine = root;
          } else store<u16>(parent + (root << 1), <u16>mine);
        }
      }
    }
    if (!mine) {
      if (labels < LABELS) labels++;
      mine = labels;
      store<u16>(parent + (mine << 1), <u16>mine);
    }
    store<u16>(label + (c << 1), <u16>mine);
  }
  return number(slab, n, tenths);
}

// Gives the roots numbers in reading order and gathers each region's figures.
function number(slab: usize, n: i32, tenths: i32): i32 {
  const stride = get(slab, L.F_CELL_STRIDE);
  const cellsX = get(slab, L.F_CELLS_X);
  const cellsY = get(slab, L.F_CELLS_Y);
  const label = at(slab, L.F_A_LABEL);
  const list = at(slab, L.F_A_LIST);
  const parent = at(slab, L.F_A_PARENT);
  const table = at(slab, L.F_A_TABLE);
  const count = at(slab, L.F_A_COUNT);
  const cur = at(slab, L.F_A_CUR);
  const back = at(slab, L.F_A_BACK);
  const fast = at(slab, L.F_A_FAST);
  const limits = at(slab, L.F_A_LIMIT);
  const prev = at(slab, L.F_A_PREV);
  const zone = at(slab, L.F_A_ZONE);
  const age = at(slab, L.F_A_AGE);
  const nuisance = at(slab, L.F_A_NUISANCE);
  let regions = 0;
  // Two rounds, since a parent must keep its meaning until every cell has been asked: the numbers are written above
  // the labels in the same array, where no label can be.
  for (let i = 0; i < n; i++) {
    const c = <i32>load<u16>(list + (i << 1));
    const root = find(parent, <i32>load<u16>(label + (c << 1)));
    store<u16>(label + (c << 1), <u16>root);
  }
  for (let i = 0; i < n; i++) {
    const c = <i32>load<u16>(list + (i << 1));
    const root = <i32>load<u16>(label + (c << 1));
    let id = <i32>load<u16>(parent + (root << 1));
    if (id == root) {
      // First cell of its region.
      if (regions < L.TABLE_MAX - 1) regions++;
      id = LABELS + regions;
      store<u16>(parent + (root << 1), <u16>id);
      const r = table + regions * L.REGION_BYTES;
      memory.fill(r, 0, L.REGION_BYTES);
      store<i32>(r, 0x7fff, L.R_LEFT);
      store<i32>(r, 0x7fff, L.R_TOP);
      store<i32>(r, -1, L.R_RIGHT);
      store<i32>(r, -1, L.R_BOTTOM);
    }
    id -= LABELS;
    store<u16>(label + (c << 1), <u16>id);
    const r = table + id * L.REGION_BYTES;
    const y = c / stride;
    const x = c - y * stride;
    const mass = <i32>load<u8>(count + c);
    const now = <i32>load<u16>(cur + (c << 1));
    const then = <i32>load<u16>(back + (c << 1));
    const limit = <i32>load<u8>(limits + c);
    if (x < load<i32>(r, L.R_LEFT)) store<i32>(r, x, L.R_LEFT);
    if (y < load<i32>(r, L.R_TOP)) store<i32>(r, y, L.R_TOP);
    if (x > load<i32>(r, L.R_RIGHT)) store<i32>(r, x, L.R_RIGHT);
    if (y > load<i32>(r, L.R_BOTTOM)) store<i32>(r, y, L.R_BOTTOM);
    add(r, L.R_CELLS, 1);
    // The zone that holds most of the region, by the majority vote that needs no tally.
    const rule = <i32>load<u8>(zone + c) - 1;
    if (!load<i32>(r, L.R_ZONE_LEAD)) store<i32>(r, rule, L.R_ZONE);
    add(r, L.R_ZONE_LEAD, load<i32>(r, L.R_ZONE) == rule ? 1 : -1);
    add(r, L.R_MASS, mass);
    add(r, L.R_X, (x * 64 + 32) * mass);
    add(r, L.R_Y, (y * 64 + 32) * mass);
    add(r, L.R_DIFF, abs(now - then));
    if (abs(now - then) > limit * 20) add(r, L.R_STRONG, 1);
    if (!load<u8>(prev + c)) add(r, L.R_FRESH, 1);
    add(r, L.R_NUISANCE, <i32>load<u8>(nuisance + c));
    if (abs(now - <i32>load<u16>(fast + (c << 1))) > max(48, limit << 2)) {
      add(r, L.R_MOVING, 1);
      store<u8>(age + c, 0);
    } else {
      store<u8>(age + c, <u8>min(255, <i32>load<u8>(age + c) + tenths));
      store<u8>(row(slab, L.ROWS_AGES, y), 1);
    }
    const least = max(112, limit << 3);
    let edge = 0;
    if (x + 1 < cellsX) edge = newEdge(cur, back, c, c + 1, now, then);
    if (edge < least && x > 0) edge = max(edge, newEdge(cur, back, c, c - 1, now, then));
    if (edge < least && y + 1 < cellsY) edge = max(edge, newEdge(cur, back, c, c + stride, now, then));
    if (edge < least && y > 0) edge = max(edge, newEdge(cur, back, c, c - stride, now, then));
    if (edge >= least) add(r, L.R_EDGES, 1);
  }
  for (let id = 1; id <= regions; id++) {
    const r = table + id * L.REGION_BYTES;
    const mass = max(1, load<i32>(r, L.R_MASS));
    store<i32>(r, load<i32>(r, L.R_X) / mass, L.R_X);
    store<i32>(r, load<i32>(r, L.R_Y) / mass, L.R_Y);
    store<i32>(r, load<i32>(r, L.R_DIFF) / load<i32>(r, L.R_CELLS), L.R_DIFF);
  }
  set(slab, L.F_REGIONS, regions);
  return regions;
}

// @ts-ignore: decorator
@inline
function add(region: usize, field: i32, value: i32): void {
  store<i32>(region + field, load<i32>(region + field) + value);
}

/**
 * How far the step between two cells is from any step that light alone could have made of the model's: light
 * multiplies a step by something between 1 and its own gain (with slack for gamma), or leaves it alone.
 */
// @ts-ignore: decorator
@inline
function newEdge(cur: usize, back: usize, c: i32, other: i32, now: i32, then: i32): i32 {
  const step = <i32>load<u16>(cur + (other << 1)) - now;
  const model = <i32>load<u16>(back + (other << 1)) - then;
  const gain = ((now + 16) << 8) / (then + 16);
  const low = (model * (min(256, gain) * 5)) >> 11; // · 0.6 of the smaller
  const high = (model * (max(256, gain) * 5)) >> 10; // · 1.25 of the larger
  const bottom = min(low, high);
  const top = max(low, high);
  return max(max(bottom - step, step - top), 0);
}

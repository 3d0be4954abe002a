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
    if (ASC_FEATURE_SIMD) {
      // May look into the guards behind the arrays: no zone is there.
      const over = i8x16.ge_u(v128.load(count + i), i8x16.splat(<i8>least));
      if (!v128.any_true(over)) continue;
      const seen = v128.andnot(over, i8x16.eq(v128.load(zone + i), i8x16.splat(0)));
      for (let bits = i8x16.bitmask(seen); bits; bits &= bits - 1) {
        store<u16>(list + (n << 1), <u16>(i + ctz(bits)));
        n++;
      }
    } else {
      if (!(load<u64>(count + i) | load<u64>(count + i, 8))) continue;
      const end = min(total, i + 16);
      for (let c = i; c < end; c++) {
        if (<i32>load<u8>(count + c) >= least && load<u8>(zone + c)) {
          store<u16>(list + (n << 1), <u16>c);
          n++;
        }
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

/** Joins the regions of two labels; the smaller root is that of both. `mine` is a root, or 0. Returns the root. */
// @ts-ignore: decorator
@inline
function unite(parent: usize, mine: i32, other: i32): i32 {
  if (!other || other == mine) return mine;
  const root = find(parent, other);
  if (!mine || root == mine) return root;
  if (root < mine) {
    store<u16>(parent + (mine << 1), <u16>root);
    return root;
  }
  store<u16>(parent + (root << 1), <u16>mine);
  return mine;
}

/**
 * Joins marked cells into regions: neighbours and, so that a person stays one region, cells with one free cell between
 * them. Fills the table and writes each cell's region number (1…) into F_A_LABEL. Returns the number of regions.
 *
 *     . x x x .      two rows above
 *     x x x x x      the row above
 *     x x c          what is looked at for cell c; where the left neighbour is marked, only the last of the upper rows:
 *                    it has looked at the others
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
  let y = 0;
  let rowStart = 0;
  for (let i = 0; i < n; i++) {
    const c = <i32>load<u16>(list + (i << 1));
    while (c >= rowStart + stride) {
      rowStart += stride;
      y++;
    }
    const x = c - rowStart;
    const here = label + (c << 1);
    const above = here - (stride << 1);
    const higher = above - (stride << 1);
    let mine = x > 0 ? <i32>load<u16>(here - 2) : 0;
    if (mine) {
      mine = find(parent, mine);
      if (y > 0 && x + 2 < cellsX) mine = unite(parent, mine, <i32>load<u16>(above, 4));
      if (y > 1 && x + 1 < cellsX) mine = unite(parent, mine, <i32>load<u16>(higher, 2));
    } else {
      const from = max(-2, -x);
      const to = min(2, cellsX - 1 - x);
      if (x > 1) mine = unite(parent, mine, <i32>load<u16>(here - 4));
      if (y > 0) {
        for (let dx = from; dx <= to; dx++) mine = unite(parent, mine, <i32>load<u16>(above + (dx << 1)));
      }
      if (y > 1) {
        for (let dx = max(-1, from); dx <= min(1, to); dx++) {
          mine = unite(parent, mine, <i32>load<u16>(higher + (dx << 1)));
        }
      }
      if (!mine) {
        if (labels < LABELS) labels++;
        mine = labels;
        store<u16>(parent + (mine << 1), <u16>mine);
      }
    }
    store<u16>(here, <u16>mine);
  }
  const regions = number(slab, labels);
  gather(slab, n, tenths);
  for (let id = 1; id <= regions; id++) {
    const r = at(slab, L.F_A_TABLE) + id * L.REGION_BYTES;
    const mass = max(1, load<i32>(r, L.R_MASS));
    store<i32>(r, load<i32>(r, L.R_X) / mass, L.R_X);
    store<i32>(r, load<i32>(r, L.R_Y) / mass, L.R_Y);
    store<i32>(r, load<i32>(r, L.R_DIFF) / load<i32>(r, L.R_CELLS), L.R_DIFF);
  }
  set(slab, L.F_REGIONS, regions);
  return regions;
}

/** Gives the roots numbers, which is in reading order, and every label the number of its root. Clears their regions. */
function number(slab: usize, labels: i32): i32 {
  const parent = at(slab, L.F_A_PARENT);
  const table = at(slab, L.F_A_TABLE);
  let regions = 0;
  for (let label = 1; label <= labels; label++) {
    const p = parent + (label << 1);
    const up = <i32>load<u16>(p);
    // A parent is the smaller label, so it has its number already.
    if (up != label) store<u16>(p, load<u16>(parent + (up << 1)));
    else {
      if (regions < L.TABLE_MAX - 1) {
        regions++;
        const r = table + regions * L.REGION_BYTES;
        memory.fill(r, 0, L.REGION_BYTES);
        store<i32>(r, 0x7fff, L.R_LEFT);
        store<i32>(r, 0x7fff, L.R_TOP);
        store<i32>(r, -1, L.R_RIGHT);
        store<i32>(r, -1, L.R_BOTTOM);
      }
      store<u16>(p, <u16>regions);
    }
  }
  return regions;
}

/** Gathers each region's figures, a run of neighbouring cells at a time: they are of one region. */
function gather(slab: usize, n: i32, tenths: i32): void {
  const stride = get(slab, L.F_CELL_STRIDE);
  const cellsX = get(slab, L.F_CELLS_X);
  const cellsY = get(slab, L.F_CELLS_Y);
  const label = at(slab, L.F_A_LABEL);
  const list = at(slab, L.F_A_LIST);
  const parent = at(slab, L.F_A_PARENT);
  const count = at(slab, L.F_A_COUNT);
  const cur = at(slab, L.F_A_CUR);
  const back = at(slab, L.F_A_BACK);
  const fast = at(slab, L.F_A_FAST);
  const limits = at(slab, L.F_A_LIMIT);
  const prev = at(slab, L.F_A_PREV);
  const zone = at(slab, L.F_A_ZONE);
  const age = at(slab, L.F_A_AGE);
  const nuisance = at(slab, L.F_A_NUISANCE);
  let y = 0;
  let rowStart = 0;
  let i = 0;
  while (i < n) {
    const first = <i32>load<u16>(list + (i << 1));
    while (first >= rowStart + stride) {
      rowStart += stride;
      y++;
    }
    const id = <i32>load<u16>(parent + (<usize>load<u16>(label + (first << 1)) << 1));
    const r = at(slab, L.F_A_TABLE) + id * L.REGION_BYTES;
    let rule = load<i32>(r, L.R_ZONE);
    let lead = load<i32>(r, L.R_ZONE_LEAD);
    let mass = 0;
    let across = 0;
    let difference = 0;
    let strong = 0;
    let fresh = 0;
    let waves = 0;
    let moving = 0;
    let edges = 0;
    const down = y + 1 < cellsY ? stride << 1 : 0;
    const up = y > 0 ? stride << 1 : 0;
    const end = min(first + n - i, rowStart + cellsX);
    let c = first;
    for (; c < end && <i32>load<u16>(list + ((i + c - first) << 1)) == c; c++) {
      const x = c - rowStart;
      store<u16>(label + (c << 1), <u16>id);
      const pixels = <i32>load<u8>(count + c);
      const p = cur + (c << 1);
      const q = back + (c << 1);
      const now = <i32>load<u16>(p);
      const then = <i32>load<u16>(q);
      const limit = <i32>load<u8>(limits + c);
      // The zone that holds most of the region, by the majority vote that needs no tally.
      const own = <i32>load<u8>(zone + c) - 1;
      if (!lead) rule = own;
      lead += rule == own ? 1 : -1;
      mass += pixels;
      across += (x * 64 + 32) * pixels;
      difference += abs(now - then);
      strong += i32(abs(now - then) > limit * 20);
      fresh += i32(!load<u8>(prev + c));
      waves += <i32>load<u8>(nuisance + c);
      const stirs = i32(abs(now - <i32>load<u16>(fast + (c << 1))) > max(48, limit << 2));
      moving += stirs;
      store<u8>(age + c, <u8>select(0, min(255, <i32>load<u8>(age + c) + tenths), stirs));
      // Beyond the border a cell is its own neighbour: no step.
      const right = select(2, 0, x + 1 < cellsX);
      const left = select(2, 0, x > 0);
      const step0 = <i32>load<u16>(p + right) - now;
      const step1 = <i32>load<u16>(p - left) - now;
      const step2 = <i32>load<u16>(p + down) - now;
      const step3 = <i32>load<u16>(p - up) - now;
      const model0 = <i32>load<u16>(q + right) - then;
      const model1 = <i32>load<u16>(q - left) - then;
      const model2 = <i32>load<u16>(q + down) - then;
      const model3 = <i32>load<u16>(q - up) - then;
      const least = max(112, limit << 3);
      // The model's own step is among those that light can make, so one that is near it is no new edge.
      const apart = max(
        max(abs(step0 - model0), abs(step1 - model1)),
        max(abs(step2 - model2), abs(step3 - model3)),
      );
      if (apart >= least) {
        const gain = ((now + 16) << 8) / (then + 16);
        const low = min(256, gain) * 5;
        const high = max(256, gain) * 5;
        edges += i32(
          max(
            max(beyond(step0, model0, low, high), beyond(step1, model1, low, high)),
            max(beyond(step2, model2, low, high), beyond(step3, model3, low, high)),
          ) >= least,
        );
      }
    }
    const cells = c - first;
    i += cells;
    store<i32>(r, min(load<i32>(r, L.R_LEFT), first - rowStart), L.R_LEFT);
    store<i32>(r, min(load<i32>(r, L.R_TOP), y), L.R_TOP);
    store<i32>(r, max(load<i32>(r, L.R_RIGHT), c - 1 - rowStart), L.R_RIGHT);
    store<i32>(r, max(load<i32>(r, L.R_BOTTOM), y), L.R_BOTTOM);
    store<i32>(r, rule, L.R_ZONE);
    store<i32>(r, lead, L.R_ZONE_LEAD);
    add(r, L.R_CELLS, cells);
    add(r, L.R_MASS, mass);
    add(r, L.R_X, across);
    add(r, L.R_Y, (y * 64 + 32) * mass);
    add(r, L.R_DIFF, difference);
    add(r, L.R_STRONG, strong);
    add(r, L.R_FRESH, fresh);
    add(r, L.R_NUISANCE, waves);
    add(r, L.R_MOVING, moving);
    add(r, L.R_EDGES, edges);
    if (moving < cells) store<u8>(row(slab, L.ROWS_AGES, y), 1);
  }
}

// @ts-ignore: decorator
@inline
function add(region: usize, field: i32, value: i32): void {
  store<i32>(region + field, load<i32>(region + field) + value);
}

/**
 * How far the step from a cell to its neighbour is beyond any step that light could have made of the model's: light
 * multiplies a step by something between 1 and its own gain, with slack for gamma from 0.6 of the smaller to 1.25 of the
 * larger.
 */
// @ts-ignore: decorator
@inline
function beyond(step: i32, model: i32, least: i32, most: i32): i32 {
  const low = (model * least) >> 11;
  const high = (model * most) >> 10;
  return max(min(low, high) - step, step - max(low, high));
}

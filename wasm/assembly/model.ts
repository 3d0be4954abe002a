// The passes over all rows, and the rates at which the model learns.
import * as L from '../layout';
import { learnRow } from './learn';
import { senseRow } from './sense';
import { at, get, row as note, set } from './slab';

/** First pixel of a row of cells, read where the picture lies on the model. */
// @ts-ignore: decorator
@inline
function source(slab: usize, cellRow: i32): usize {
  const y = cellRow * L.CELL + get(slab, L.F_SHIFT_Y);
  return slab + get(slab, L.F_PICTURE) + y * get(slab, L.F_STRIDE_Y) + get(slab, L.F_SHIFT_X);
}

// @ts-ignore: decorator
@inline
function covered(slab: usize, cellRow: i32): bool {
  const y = cellRow * L.CELL + get(slab, L.F_SHIFT_Y);
  return y >= 0 && y + L.CELL <= get(slab, L.F_HEIGHT);
}

// Cells at the left and right which a shifted picture does not cover.
// @ts-ignore: decorator
@inline
function leftBare(slab: usize): i32 {
  return (max(0, -get(slab, L.F_SHIFT_X)) + 3) >> 2;
}

// @ts-ignore: decorator
@inline
function rightBare(slab: usize): i32 {
  const cellsX = get(slab, L.F_CELLS_X);
  const room = (get(slab, L.F_WIDTH) - get(slab, L.F_SHIFT_X)) >> 2;
  return max(0, cellsX - room);
}

/** Picture against model, all rows. */
export function sense(slab: usize): void {
  const cellsY = get(slab, L.F_CELLS_Y);
  const cellsX = get(slab, L.F_CELLS_X);
  const stride = get(slab, L.F_STRIDE);
  const cellStride = get(slab, L.F_CELL_STRIDE);
  const left = leftBare(slab);
  const right = rightBare(slab);
  for (let y = 0; y < cellsY; y++) {
    const row = y * L.CELL * stride;
    const count = at(slab, L.F_A_COUNT) + y * cellStride;
    const cur = at(slab, L.F_A_CUR) + ((y * cellStride) << 1);
    const back = at(slab, L.F_A_BACK) + ((y * cellStride) << 1);
    const bits = at(slab, L.F_A_BITS) + (row >> 3);
    if (!covered(slab, y)) {
      memory.fill(count, 0, cellStride);
      memory.fill(bits, 0, stride >> 1);
      memory.copy(cur, back, cellStride << 1);
      continue;
    }
    senseRow(
      source(slab, y),
      get(slab, L.F_STRIDE_Y),
      at(slab, L.F_A_MEAN8) + row,
      at(slab, L.F_A_LIMIT8) + row,
      at(slab, L.F_A_FLOOR) + y * cellStride,
      bits,
      count,
      cur,
      cellsX,
      stride,
    );
    for (let c = 0; c < left; c++) bare(count, cur, back, bits, c);
    for (let c = cellsX - right; c < cellsX; c++) bare(count, cur, back, bits, c);
  }
}

// What the picture does not cover is as the model has it.
function bare(count: usize, cur: usize, back: usize, bits: usize, c: i32): void {
  store<u8>(count + c, 0);
  const keep: u8 = c & 1 ? 0x0f : 0xf0;
  for (let r = 0; r < 4; r++) {
    const p = bits + ((c >> 2) << 3) + (r << 1) + ((c & 3) >> 1);
    store<u8>(p, load<u8>(p) & keep);
  }
  store<u16>(cur + (c << 1), load<u16>(back + (c << 1)));
}

/** The share of the way to a new value that a mean with time constant `tau` goes in `dt`, Q15. */
export function rate(dt: i32, tau: i32): i32 {
  return min(32767, (dt << 15) / (tau + dt));
}

// @ts-ignore: decorator
@inline
function kindRates(table: usize, kind: i32, alpha: i32, up: i32, down: i32): void {
  const p = table + kind * L.RATE_BYTES;
  store<u64>(p, <u64>alpha * 0x0001000100010001);
  store<u64>(p, <u64>up * 0x0001000100010001, 8);
  store<u64>(p, <u64>down * 0x0001000100010001, 16);
}

/** Sets the rates for a step of `dt` ms; while the model is `settle` ms young it is a plain mean of what it has seen. */
export function setRates(table: usize, dt: i32, settle: i32): void {
  const slow = min(4000, settle / 2 + 150);
  kindRates(table, L.K_BACKGROUND, rate(dt, slow), rate(dt, min(2000, slow)), rate(dt, min(8000, settle / 2 + 150)));
  kindRates(table, L.K_HOLD, rate(dt, 300000), 0, 0);
  kindRates(table, L.K_LIGHT, rate(dt, 250), 0, rate(dt, 8000));
  kindRates(table, L.K_NUISANCE, rate(dt, slow), rate(dt, min(1000, slow)), rate(dt, 8000));
  kindRates(table, L.K_HEAL, rate(dt, 500), 0, rate(dt, 8000));
  kindRates(table, L.K_SKIP, 0, 0, 0);
}

/** Limit of a pixel: this share (Q15) of its spread, which is about four times its mean deviation. */
const FACTOR: i32 = 28000;
/** An object that differs by more levels than this is always seen, whatever has been learnt. */
const CEILING: i32 = 100;

// Whether a row may have busy tiles: notes about it spare looking.
// @ts-ignore: decorator
@inline
function stirred(slab: usize, y: i32): bool {
  return load<u8>(note(slab, L.ROWS_KIND, y)) != 0 || load<u8>(note(slab, L.ROWS_WAVES, y)) >= 16;
}

// A tile with light, nuisance or healing in it, or where nuisance has been learnt. `kinds` and `waves` are its four cells.
// @ts-ignore: decorator
@inline
function busy(kinds: usize, waves: usize): bool {
  // Kinds above K_HOLD have a bit beyond the first.
  return ((load<u32>(kinds) & 0xfefefefe) | (load<u32>(waves) & 0xf0f0f0f0)) != 0;
}

// The same for the sixteen cells of four tiles, turned round.
// @ts-ignore: decorator
@inline
function calm(kinds: usize, waves: usize): bool {
  const kind = v128.and(v128.load(kinds), i8x16.splat(<i8>0xfe));
  return !v128.any_true(v128.or(kind, v128.and(v128.load(waves), i8x16.splat(<i8>0xf0))));
}

/**
 * The model learns: the `rows` rows of cells from `turn` on, round the end, and each tile where something is to be learnt
 * at once. Learning is the dearest part of a frame, and a background that changes over seconds needs it less often.
 */
export function learn(slab: usize, turn: i32, rows: i32): void {
  const cellsY = get(slab, L.F_CELLS_Y);
  const cellsX = get(slab, L.F_CELLS_X);
  const cellStride = get(slab, L.F_CELL_STRIDE);
  const left = leftBare(slab);
  const right = rightBare(slab);
  const all = rows >= cellsY;
  const calmRates = slab + (all ? L.RATES : L.RATES_SPARSE);
  for (let y = 0; y < cellsY; y++) {
    if (!covered(slab, y)) continue;
    const due = all || (y < turn ? y + cellsY : y) < turn + rows;
    const mixed = !all && stirred(slab, y);
    if (!due && !mixed) continue;
    const kinds = at(slab, L.F_A_KIND) + y * cellStride;
    for (let c = 0; c < left; c++) store<u8>(kinds + c, L.K_SKIP);
    for (let c = cellsX - right; c < cellsX; c++) store<u8>(kinds + c, L.K_SKIP);
    if (!mixed) learnRun(slab, y, 0, cellStride, calmRates);
    else {
      // Runs of tiles that are alike: the busy ones learn now, the others when it is their row's turn.
      const waves = at(slab, L.F_A_NUISANCE) + y * cellStride;
      let first = 0;
      while (first < cellStride) {
        if (ASC_FEATURE_SIMD) {
          // Mostly nothing stirs in four tiles at once.
          if (!due && first + 16 <= cellStride && calm(kinds + first, waves + first)) {
            first += 16;
            continue;
          }
        }
        const stirs = busy(kinds + first, waves + first);
        let end = first + 4;
        while (end < cellStride && busy(kinds + end, waves + end) == stirs) end += 4;
        if (stirs) learnRun(slab, y, first, end, slab + L.RATES);
        else if (due) learnRun(slab, y, first, end, calmRates);
        first = end;
      }
    }
    for (let c = 0; c < left; c++) store<u8>(kinds + c, L.K_BACKGROUND);
    for (let c = cellsX - right; c < cellsX; c++) store<u8>(kinds + c, L.K_BACKGROUND);
  }
}

/** The cells from `first` to before `end` of a row learn; both are multiples of the four cells of a tile. */
function learnRun(slab: usize, y: i32, first: i32, end: i32, rates: usize): void {
  const cellStride = get(slab, L.F_CELL_STRIDE);
  const cell = y * cellStride + first;
  const pixel = (y * get(slab, L.F_STRIDE) + (first << 2)) << 2;
  poolRun(slab, y, first, end);
  learnRow(
    source(slab, y) + (first << 2),
    get(slab, L.F_STRIDE_Y),
    at(slab, L.F_A_MODEL) + (pixel << 2),
    at(slab, L.F_A_MEAN8) + pixel,
    at(slab, L.F_A_LIMIT8) + pixel,
    at(slab, L.F_A_KIND) + cell,
    rates,
    at(slab, L.F_A_BACK) + (cell << 1),
    at(slab, L.F_A_FLOOR) + cell,
    at(slab, L.F_A_LIMIT) + cell,
    min(end, get(slab, L.F_CELLS_X)) - first,
    (end - first) << 2,
    FACTOR,
    CEILING,
  );
}

/** The quick mean of each cell follows the picture. */
export function follow(slab: usize, share: i32): void {
  const total = get(slab, L.F_CELL_STRIDE) * get(slab, L.F_CELLS_Y);
  const cur = at(slab, L.F_A_CUR);
  const fast = at(slab, L.F_A_FAST);
  if (ASC_FEATURE_SIMD) {
    const a = i16x8.splat(<i16>share);
    for (let i = 0; i < total << 1; i += 16) {
      const f = v128.load(fast + i);
      v128.store(fast + i, i16x8.add(f, i16x8.q15mulr_sat_s(i16x8.sub(v128.load(cur + i), f), a)));
    }
  } else {
    for (let i = 0; i < total << 1; i += 2) {
      const f = <i32>load<u16>(fast + i);
      store<u16>(fast + i, <u16>(f + (((<i32>load<u16>(cur + i) - f) * share + 0x4000) >> 15)));
    }
  }
}

/**
 * What waves at one pixel waves at its neighbour a moment later: a cell's floor is three quarters of the limits around
 * it, and rises with the nuisance learnt there. Only of cells that learn now: a floor must not rise above limits that stay.
 */
function poolRun(slab: usize, y: i32, first: i32, end: i32): void {
  const stride = get(slab, L.F_CELL_STRIDE);
  const limit = at(slab, L.F_A_LIMIT);
  const floor = get(slab, L.F_FLOOR);
  const here = limit + y * stride;
  const above = y > 0 ? here - stride : here;
  const below = y + 1 < get(slab, L.F_CELLS_Y) ? here + stride : here;
  const out = at(slab, L.F_A_FLOOR) + y * stride;
  const waves = at(slab, L.F_A_NUISANCE) + y * stride;
  if (ASC_FEATURE_SIMD) {
    const least = i16x8.splat(<i16>floor);
    const three = i16x8.splat(3);
    for (let x = first; x < end; x += 8) {
      const mid = eight(here + x);
      const sum = i16x8.add(i16x8.add(eight(above + x), eight(below + x)), i16x8.add(mid, mid));
      const pooled = i16x8.shr_u(i16x8.mul(i16x8.shr_u(sum, 4), three), 2);
      const wave = i16x8.shr_u(v128.load8x8_u(waves + x), 1);
      const value = i16x8.max_u(least, i16x8.max_u(pooled, wave));
      const bytes = i8x16.narrow_i16x8_u(value, value);
      if (end - x == 4) store<u32>(out + x, i32x4.extract_lane(bytes, 0));
      else store<u64>(out + x, i64x2.extract_lane(bytes, 0));
    }
  } else {
    for (let x = first; x < end; x++) {
      const sum = (around(above + x) + around(below + x) + 2 * around(here + x)) >> 4;
      store<u8>(out + x, <u8>max(floor, max((sum * 3) >> 2, <i32>load<u8>(waves + x) >> 1)));
    }
  }
}

// @ts-ignore: decorator
@inline
function eight(p: usize): v128 {
  const mid = v128.load8x8_u(p);
  return i16x8.add(i16x8.add(v128.load8x8_u(p - 1), v128.load8x8_u(p + 1)), i16x8.add(mid, mid));
}

// @ts-ignore: decorator
@inline
function around(p: usize): i32 {
  return <i32>load<u8>(p - 1) + <i32>load<u8>(p + 1) + 2 * <i32>load<u8>(p);
}

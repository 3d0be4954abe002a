// The motion detector. Everything that it keeps is in the slab: any instance on any thread may judge any camera's frame.
import * as L from '../layout';
import { join } from './cells';
import { assign, decide } from './decide';
import { follow, learn, rate, sense, setRates } from './model';
import { survey } from './scene';
import { at, get, layOut, row, set } from './slab';

export { join, mark } from './cells';
export { learnRow } from './learn';
export { chromaOf, gainOf, identical, sharpnessOf, unlike } from './light';
export { follow, learn, sense } from './model';
export { relight } from './relight';
export { senseRow } from './sense';
export { shiftOf } from './shift';

/** Bytes of a slab for pictures of this size. */
export function slabBytes(width: i32, height: i32): i32 {
  return layOut(0, width, height);
}

/** Lays out a slab whose header has been cleared and forgets everything about the scene. */
export function configure(slab: usize, width: i32, height: i32): void {
  const end = layOut(slab, width, height);
  memory.fill(slab + L.HEADER_BYTES, 0, end - L.HEADER_BYTES);
  memory.fill(slab + L.TRACKS, 0, L.TRACKS_MAX * L.TRACK_BYTES);
  memory.fill(slab + L.F_FRAMES, 0, L.RATES - L.F_FRAMES);
  set(slab, L.F_CONFIGURED, 1);
}

/** A row where nothing stirs learns once in so many ms. */
const TURN: i32 = 3000;

/** Pixels over the limit that mark a cell. */
const LEAST: i32 = 4;

/** The picture becomes the model. */
function adopt(slab: usize): void {
  const cells = get(slab, L.F_CELL_STRIDE) * get(slab, L.F_CELLS_Y);
  memory.fill(at(slab, L.F_A_KIND), <u8>L.K_LIGHT, cells);
  setRates(slab + L.RATES, 100, 0);
  store<u64>(slab + L.RATES + L.K_LIGHT * L.RATE_BYTES, 0x7fff7fff7fff7fff);
  store<u64>(slab + L.RATES + L.K_LIGHT * L.RATE_BYTES, 0, 8);
  store<u64>(slab + L.RATES + L.K_LIGHT * L.RATE_BYTES, 0, 16);
  learn(slab, 0, get(slab, L.F_CELLS_Y));
  memory.fill(at(slab, L.F_A_KIND), <u8>L.K_BACKGROUND, cells);
  memory.copy(at(slab, L.F_A_FAST), at(slab, L.F_A_CUR), cells << 1);
  memory.fill(at(slab, L.F_A_AGE), 0, cells);
}

/** Judges the picture that the fields F_PICTURE… describe. Returns 1 for motion. */
export function judge(slab: usize): i32 {
  const dt = max(10, min(4000, get(slab, L.F_ELAPSED_MS)));
  const frames = get(slab, L.F_FRAMES);
  set(slab, L.F_FRAMES, frames + 1);
  memory.fill(slab + L.F_MOTION, 0, L.RATES - L.F_MOTION);
  if (frames == 0) {
    set(slab, L.F_DRIFT, 1024);
    const model = at(slab, L.F_A_MODEL);
    const bytes = get(slab, L.F_STRIDE) * get(slab, L.F_CELLS_Y) * L.CELL * 4;
    for (let i = 0; i < bytes; i += 64) memory.fill(model + i + 32, 8, 32);
    set(slab, L.F_FLOOR, 20);
    sense(slab);
    adopt(slab);
    return 0;
  }
  const settle = get(slab, L.F_SETTLE_MS) + dt;
  set(slab, L.F_SETTLE_MS, min(settle, 1 << 20));
  const all = settle < 4000 || dt > 450;
  const last = get(slab, L.F_A_CUR);
  set(slab, L.F_A_CUR, get(slab, L.F_A_LAST));
  set(slab, L.F_A_LAST, last);
  setRates(slab + L.RATES, dt, settle);
  if (!all) setRates(slab + L.RATES_SPARSE, TURN, settle);
  sense(slab);
  if (survey(slab, dt, LEAST)) {
    adopt(slab);
    set(slab, L.F_SHIFT_X, 0);
    set(slab, L.F_SHIFT_Y, 0);
    set(slab, L.F_SHIFTED_MS, 0);
    set(slab, L.F_WHOLE_MS, 0);
    forget(slab, dt);
    return 0;
  }
  const n = get(slab, L.F_MARKED);
  const regions = join(slab, n, (get(slab, L.F_CLOCK_MS) + dt) / 100 - get(slab, L.F_CLOCK_MS) / 100);
  decide(slab, regions, dt);
  assign(slab, n);
  select(slab, regions);
  // The most sensitive zone sets how little a pixel must differ; the others ask more of their regions.
  const sensitivity = get(slab, L.F_SENSITIVITY);
  const floor = sensitivity == 0 ? 16 : sensitivity == 1 ? 10 : 7;
  set(slab, L.F_LIMIT, floor);
  set(slab, L.F_FLOOR, floor);
  // Rows go round with the clock, so that each has its turn after the same time however unevenly pictures come.
  const rows = get(slab, L.F_CELLS_Y);
  const round = get(slab, L.F_CLOCK_MS) % TURN;
  const first = (round * rows) / TURN;
  learn(slab, first, all ? rows : ((round + dt) * rows) / TURN - first);
  follow(slab, rate(dt, 300));
  remember(slab, n);
  forget(slab, dt);
  return get(slab, L.F_MOTION);
}

// Which cells were marked, for the next frame.
function remember(slab: usize, n: i32): void {
  const prev = at(slab, L.F_A_PREV);
  const list = at(slab, L.F_A_LIST);
  const before = at(slab, L.F_A_LIST_PREV);
  const beforeN = get(slab, L.F_MARKED_PREV);
  for (let i = 0; i < beforeN; i++) store<u8>(prev + load<u16>(before + (i << 1)), 0);
  for (let i = 0; i < n; i++) store<u8>(prev + load<u16>(list + (i << 1)), 1);
  const other = get(slab, L.F_A_LIST);
  set(slab, L.F_A_LIST, get(slab, L.F_A_LIST_PREV));
  set(slab, L.F_A_LIST_PREV, other);
  set(slab, L.F_MARKED_PREV, n);
}

// Nuisance fades; a cell that is no longer marked has no age.
function forget(slab: usize, dt: i32): void {
  const before = get(slab, L.F_CLOCK_MS);
  set(slab, L.F_CLOCK_MS, (before + dt) & 0x3fffffff);
  const fade = (before + dt) / 800 - before / 800;
  const stride = get(slab, L.F_CELL_STRIDE);
  const cellsY = get(slab, L.F_CELLS_Y);
  for (let y = 0; y < cellsY; y++) {
    if (load<u8>(row(slab, L.ROWS_AGES, y))) age(slab, y, stride);
    if (fade && load<u8>(row(slab, L.ROWS_WAVES, y))) calm(slab, y, stride, fade);
  }
}

function age(slab: usize, y: i32, stride: i32): void {
  const count = at(slab, L.F_A_COUNT) + y * stride;
  const age = at(slab, L.F_A_AGE) + y * stride;
  let any: u32 = 0;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    let all = i8x16.splat(0);
    for (; i + 16 <= stride; i += 16) {
      const v = v128.and(v128.load(age + i), i32x4.ne(v128.load(count + i), i32x4.splat(0)));
      v128.store(age + i, v);
      all = v128.or(all, v);
    }
    any = u32(v128.any_true(all));
  }
  for (; i < stride; i += 4) {
    if (load<u32>(count + i)) any |= load<u32>(age + i);
    else store<u32>(age + i, 0);
  }
  if (!any) store<u8>(row(slab, L.ROWS_AGES, y), 0);
}

function calm(slab: usize, y: i32, stride: i32, fade: i32): void {
  const nuisance = at(slab, L.F_A_NUISANCE) + y * stride;
  let most = 0;
  if (ASC_FEATURE_SIMD) {
    const less = i8x16.splat(<i8>min(255, fade));
    let all = i8x16.splat(0);
    let i = 0;
    for (; i + 16 <= stride; i += 16) {
      const v = i8x16.sub_sat_u(v128.load(nuisance + i), less);
      v128.store(nuisance + i, v);
      all = i8x16.max_u(all, v);
    }
    for (; i < stride; i += 4) {
      const v = i8x16.sub_sat_u(v128.load32_zero(nuisance + i), less);
      store<u32>(nuisance + i, i32x4.extract_lane(v, 0));
      all = i8x16.max_u(all, v);
    }
    all = i8x16.max_u(all, i64x2.shuffle(all, all, 1, 0));
    all = i8x16.max_u(all, i32x4.shuffle(all, all, 1, 0, 3, 2));
    let last = <u32>i32x4.extract_lane(all, 0);
    for (; last; last >>= 8) most = max(most, <i32>(last & 255));
  } else {
    for (let i = 0; i < stride; i++) {
      const v = max(0, <i32>load<u8>(nuisance + i) - fade);
      store<u8>(nuisance + i, <u8>v);
      most = max(most, v);
    }
  }
  store<u8>(row(slab, L.ROWS_WAVES, y), <u8>most);
}

// Puts the regions that count first, and says what was held back.
function select(slab: usize, regions: i32): void {
  const table = at(slab, L.F_A_TABLE);
  let boxes = 0;
  let kept = 0;
  let score = 0;
  for (let round = 0; round < 2; round++) {
    for (let id = 1; id <= regions; id++) {
      const region = table + id * L.REGION_BYTES;
      const state = load<i32>(region, L.R_STATE);
      if ((state == L.V_MOTION) != (round == 0)) continue;
      const cells = load<i32>(region, L.R_CELLS);
      if (round == 0) {
        boxes++;
        score = max(score, load<i32>(region, L.R_SCORE));
      } else {
        const field =
          state == L.V_LIGHT
            ? L.F_SUPPRESSED_LIGHT
            : state == L.V_NUISANCE
              ? L.F_SUPPRESSED_NUISANCE
              : state == L.V_STILL
                ? L.F_SUPPRESSED_STILL
                : state == L.V_SHAKE
                  ? L.F_SUPPRESSED_SHAKE
                  : state == L.V_PENDING
                    ? L.F_SUPPRESSED_PENDING
                    : L.F_SUPPRESSED_SMALL;
        set(slab, field, get(slab, field) + cells);
        if (state == L.V_SMALL) continue;
      }
      if (kept < L.REGIONS_MAX) {
        memory.copy(slab + L.REGIONS + kept * L.REGION_BYTES, region, L.REGION_BYTES);
        kept++;
      }
    }
  }
  set(slab, L.F_KEPT, kept);
  set(slab, L.F_BOXES, min(boxes, L.REGIONS_MAX));
  set(slab, L.F_MOTION, boxes > 0 ? 1 : 0);
  set(slab, L.F_SCORE, score);
}

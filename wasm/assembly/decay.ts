// What passes with time: nuisance fades, and a cell that is no longer marked has no still time.
import { Slab } from './slab';
import { restless } from './unrest';

/** Nuisance loses a sixteenth, rounded up, every so many ms: half of it in 3 s … */
const FADE_MS: i32 = 250;
/** … and in 27 s where leaves move in many places: gusts are some seconds apart. */
const RESTLESS_FADE_MS: i32 = 2400;
const FADE_SHIFT: i32 = 4;
const FADE_ROUND: i32 = (1 << FADE_SHIFT) - 1;

/** Ends the frame: media time goes on by `dt` ms. */
export function decay(slab: Slab, dt: i32): void {
  const before = slab.clockMs;
  slab.clockMs = (before + dt) & 0x3fffffff;
  const every = restless(slab) ? RESTLESS_FADE_MS : FADE_MS;
  const fade = (before + dt) / every - before / every;
  const cellsY = slab.cellsY;
  for (let y = 0; y < cellsY; y++) {
    if (slab.stillNotes[y]) endStillTimes(slab, y);
    if (fade && slab.nuisanceNotes[y]) fadeNuisance(slab, y, fade);
  }
}

/** Ends the still times of a row's cells without pixels over their threshold. */
function endStillTimes(slab: Slab, y: i32): void {
  const stride = slab.cellStride;
  const counts = slab.counts.at(y * stride);
  const times = slab.stillTimes.at(y * stride);
  let any: u32 = 0;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    let all = i8x16.splat(0);
    for (; i + 16 <= stride; i += 16) {
      const kept = v128.and(v128.load(times + i), i32x4.ne(v128.load(counts + i), i32x4.splat(0)));
      v128.store(times + i, kept);
      all = v128.or(all, kept);
    }
    any = u32(v128.any_true(all));
  }
  // A tile at a time: that a neighbour of a marked cell keeps its time does no harm.
  for (; i < stride; i += 4) {
    if (load<u32>(counts + i)) any |= load<u32>(times + i);
    else store<u32>(times + i, 0);
  }
  if (!any) slab.stillNotes[y] = 0;
}

function fadeNuisance(slab: Slab, y: i32, fade: i32): void {
  const stride = slab.cellStride;
  const nuisance = slab.nuisance.at(y * stride);
  slab.nuisanceNotes[y] = ASC_FEATURE_SIMD ? fadeTiles(nuisance, stride, fade) : fadeCells(nuisance, stride, fade);
}

/** Returns the largest nuisance that is left. */
function fadeTiles(nuisance: usize, stride: i32, times: i32): i32 {
  let all = i8x16.splat(0);
  let i = 0;
  for (; i + 16 <= stride; i += 16) {
    const left = faded(v128.load(nuisance + i), times);
    v128.store(nuisance + i, left);
    all = i8x16.max_u(all, left);
  }
  for (; i < stride; i += 4) {
    const left = faded(v128.load32_zero(nuisance + i), times);
    store<u32>(nuisance + i, i32x4.extract_lane(left, 0));
    all = i8x16.max_u(all, left);
  }
  all = i8x16.max_u(all, i64x2.shuffle(all, all, 1, 0));
  all = i8x16.max_u(all, i32x4.shuffle(all, all, 1, 0, 3, 2));
  let most = 0;
  for (let four = <u32>i32x4.extract_lane(all, 0); four; four >>= 8) most = max(most, <i32>(four & 255));
  return most;
}

// @ts-ignore: decorator
@inline
function faded(nuisance: v128, times: i32): v128 {
  for (let i = 0; i < times; i++) {
    nuisance = i8x16.sub(nuisance, i8x16.shr_u(i8x16.add(nuisance, i8x16.splat(<i8>FADE_ROUND)), FADE_SHIFT));
  }
  return nuisance;
}

function fadeCells(nuisance: usize, stride: i32, times: i32): i32 {
  let most = 0;
  for (let i = 0; i < stride; i++) {
    let left = <i32>load<u8>(nuisance + i);
    for (let n = 0; n < times; n++) left -= (left + FADE_ROUND) >> FADE_SHIFT;
    store<u8>(nuisance + i, <u8>left);
    most = max(most, left);
  }
  return most;
}

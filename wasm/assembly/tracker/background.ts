// What is behind the objects, where the camera does not move: each level goes step by step to that of the picture, but for the
// boxes of the objects. Without it points are followed that an object has in its box and that are not its own, and one that
// goes behind a pole becomes the pole.
import { Stage } from './followed';
import { levelOf, pyramidBytes, shrink, strideOf } from './pyramid';
import { TRACK_HEADER_BYTES, TrackSlab } from './track-slab';

/** Number of the background's pyramid. */
export const BACKGROUND: i32 = 2;
/** What differs by no more grey levels is taken for background. */
export const LEAST_CONTRAST: i32 = 10;
/** Pixels of a tile, which learns or does not as a whole: vectors of 16, and rows. */
const TILE_ROWS: i32 = 8;
/** Grey levels a second that the background goes towards the picture. */
const SPEED: f64 = 20;
/** It is believed when it has been learnt for so long, in µs … */
const YOUNG: i32 = 1_000_000;
const OLD: i32 = 10_000_000;
/** … and no more of it than this share differs from the picture: otherwise the camera moves, or the light has changed. */
const MOST_CHANGED: f64 = 0.4;

/** Bytes of the notes about tiles. */
export function tilesOf(width: i32, height: i32): usize {
  return (<usize>(((width + 15) >> 4) * ((height + TILE_ROWS - 1) / TILE_ROWS)) + 63) & ~63;
}

/** Learns from the picture. */
export function learnBackground(slab: TrackSlab, dt: f64): void {
  if (slab.backgroundMicros == 0) {
    restart(slab);
    return;
  }
  const step = <i32>min(8, max(1, nearest(SPEED * dt)));
  const width = slab.width;
  const height = slab.height;
  const stride = strideOf(width, 0);
  const columns = (width + 15) >> 4;
  const tiles = protect(slab, columns);
  const picture = levelOf(slab, slab.current, 0);
  const background = levelOf(slab, BACKGROUND, 0);
  let changed = 0;
  let learnt = 0;
  for (let y = 0; y < height; y++) {
    const row = tiles + (y / TILE_ROWS) * columns;
    let first = 0;
    while (first < columns) {
      let end = first;
      const kept = load<u8>(row + first);
      while (end < columns && load<u8>(row + end) == kept) end++;
      if (!kept) {
        const at = y * stride + (first << 4);
        changed += learnRow16(background + at, picture + at, end - first, step, LEAST_CONTRAST);
        learnt += (end - first) << 4;
      }
      first = end;
    }
  }
  slab.backgroundMicros = min(OLD, slab.backgroundMicros + slab.elapsedMicros);
  if (<f64>changed > MOST_CHANGED * <f64>learnt) {
    restart(slab);
    return;
  }
  slab.backgroundKnown = slab.backgroundMicros >= YOUNG ? 1 : 0;
  shrink(slab, BACKGROUND);
}

/** Begins with the picture as it is. */
function restart(slab: TrackSlab): void {
  const bytes = <usize>strideOf(slab.width, 0) * slab.height;
  memory.copy(levelOf(slab, BACKGROUND, 0), levelOf(slab, slab.current, 0), bytes);
  slab.backgroundMicros = 1;
  slab.backgroundKnown = 0;
}

/** Notes which tiles have something of an object and do not learn. */
function protect(slab: TrackSlab, columns: i32): usize {
  const tiles = changetype<usize>(slab) + TRACK_HEADER_BYTES + 64 + 3 * pyramidBytes(slab.width, slab.height);
  const rows = (slab.height + TILE_ROWS - 1) / TILE_ROWS;
  memory.fill(tiles, 0, columns * rows);
  for (let i = 0; i < slab.followedCount; i++) {
    const object = slab.followed(i);
    if (object.stage != Stage.confirmed || object.misses > 1) continue;
    const left = tile(object.left, 16, columns);
    const right = tile(object.right, 16, columns);
    const top = tile(object.top, TILE_ROWS, rows);
    const bottom = tile(object.bottom, TILE_ROWS, rows);
    for (let y = top; y <= bottom; y++) memory.fill(tiles + y * columns + left, 1, right - left + 1);
  }
  return tiles;
}

// @ts-ignore: decorator
@inline
function tile(at: f64, side: i32, count: i32): i32 {
  return <i32>max(0, min(<f64>(count - 1), floor(at / <f64>side)));
}

/** Sixteen pixels at a time go `step` levels towards the picture. Returns how many differ by more than `contrast`. */
export function learnRow16(background: usize, picture: usize, sixteens: i32, step: i32, contrast: i32): i32 {
  let changed = 0;
  if (ASC_FEATURE_SIMD) {
    const steps = i8x16.splat(<i8>step);
    const least = i8x16.splat(<i8>contrast);
    for (let i = 0; i < sixteens; i++) {
      const at = <usize>i << 4;
      const b = v128.load(background + at);
      const p = v128.load(picture + at);
      const up = i8x16.sub_sat_u(p, b);
      const down = i8x16.sub_sat_u(b, p);
      const moved = i8x16.sub(i8x16.add(b, i8x16.min_u(up, steps)), i8x16.min_u(down, steps));
      v128.store(background + at, moved);
      const same = i8x16.eq(i8x16.sub_sat_u(v128.or(up, down), least), i8x16.splat(0));
      changed += 16 - popcnt(i8x16.bitmask(same));
    }
  } else {
    for (let i = 0; i < sixteens << 4; i++) {
      const b = <i32>load<u8>(background + i);
      const d = <i32>load<u8>(picture + i) - b;
      store<u8>(background + i, <u8>(b + max(-step, min(step, d))));
      if (abs(d) > contrast) changed++;
    }
  }
  return changed;
}

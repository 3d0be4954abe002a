// Where a point of the picture before is now: the method of Lucas and Kanade, from the small pictures to the large ones.
import { Point, Way } from './point';
import { levelOf, strideOf } from './pyramid';
import { TrackSlab } from './track-slab';
import { compareWindow, maskWindow, readWindow, WINDOW } from './window';
import { BACKGROUND, LEAST_CONTRAST } from './background';

const HALF: f64 = 4;
const MOST_STEPS: i32 = 6;
/** A step shorter than this, in pixels, is the last. */
const LEAST_STEP: f64 = 0.03;
/** A window without slopes of so many grey levels a pixel in every direction cannot be followed. */
const LEAST_SLOPE: f64 = 0.7;
/** (2 · 16 · slope)² summed over the pixels of a window. */
const LEAST_STRUCTURE: f64 = 1024 * 64 * LEAST_SLOPE * LEAST_SLOPE;
/** Of a window that shows less of an object nothing can be said. */
const LEAST_PIXELS: i32 = 10;
/** There and back must end this close to where it began, in pixels of the level. */
const MOST_ASTRAY: f64 = 0.7;

/**
 * Follows a point that lay at (x, y) of the picture before, and ought to have gone (guessX, guessY). Writes how far it has
 * gone, and returns whether it was found. `base`: the finest level that is looked at, `top` the coarsest.
 */
export function followPoint(
  slab: TrackSlab,
  point: Point,
  x: f64,
  y: f64,
  guessX: f64,
  guessY: f64,
  base: i32,
  top: i32,
): bool {
  const now = slab.current;
  const size = <f64>(1 << base);
  if (!descend(slab, 1 - now, now, x, y, guessX, guessY, base, top)) return false;
  const way = slab.way;
  const dx = way.x * size;
  const dy = way.y * size;
  const difference = way.difference;
  const share = way.share;
  if (slab.backtrack) {
    // Back again from a guess as poor as the first one was, since the right one would find itself confirmed.
    if (!descend(slab, now, 1 - now, x + dx, y + dy, -guessX, -guessY, base, top)) return false;
    const astray = max(abs(way.x * size + dx), abs(way.y * size + dy));
    if (astray > MOST_ASTRAY * size) return false;
  }
  point.dx = dx;
  point.dy = dy;
  point.weight = share / (1 + difference * 0.125);
  return true;
}

function descend(
  slab: TrackSlab,
  from: i32,
  to: i32,
  x: f64,
  y: f64,
  guessX: f64,
  guessY: f64,
  base: i32,
  top: i32,
): bool {
  const way = slab.way;
  const share = 1 / <f64>(1 << top);
  way.x = guessX * share;
  way.y = guessY * share;
  let found = false;
  for (let level = top; level >= base; level--) {
    const beforeX = way.x;
    const beforeY = way.y;
    found = refine(slab, way, from, to, level, x / <f64>(1 << level), y / <f64>(1 << level));
    if (level == base) break;
    // What the small picture does not show the next larger one may.
    way.x = 2 * (found ? way.x : beforeX);
    way.y = 2 * (found ? way.y : beforeY);
  }
  return found;
}

/** Improves the way of the point that lies at (x, y) of a level. */
function refine(slab: TrackSlab, way: Way, from: i32, to: i32, level: i32, x: f64, y: f64): bool {
  const width = slab.width >> level;
  const height = slab.height >> level;
  const left = x - HALF;
  const top = y - HALF;
  if (!inside(left, top, width, height)) return false;
  const stride = strideOf(slab.width, level);
  const window = slab.window;
  const source = levelOf(slab, from, level);
  const target = levelOf(slab, to, level);
  let column = <i32>floor(left);
  let row = <i32>floor(top);
  readWindow(window, source + row * stride + column, stride, share(left, column), share(top, row));
  if (slab.backgroundKnown) {
    const behind = levelOf(slab, BACKGROUND, level) + row * stride + column;
    maskWindow(window, behind, stride, share(left, column), share(top, row), LEAST_CONTRAST << 4);
    if (window.pixels < LEAST_PIXELS) return false;
  }
  const xx = <f64>window.xx;
  const xy = <f64>window.xy;
  const yy = <f64>window.yy;
  const det = xx * yy - xy * xy;
  const least = 0.5 * (xx + yy - Math.sqrt((xx - yy) * (xx - yy) + 4 * xy * xy));
  if (least < LEAST_STRUCTURE || det <= 0) return false;
  for (let i = 0; i < MOST_STEPS; i++) {
    const atX = left + way.x;
    const atY = top + way.y;
    if (!inside(atX, atY, width, height)) return false;
    column = <i32>floor(atX);
    row = <i32>floor(atY);
    compareWindow(window, target + row * stride + column, stride, share(atX, column), share(atY, row));
    const dx = <f64>window.dx;
    const dy = <f64>window.dy;
    // The slopes are those of two pixels.
    const stepX = (-2 * (yy * dx - xy * dy)) / det;
    const stepY = (-2 * (xx * dy - xy * dx)) / det;
    way.x += stepX;
    way.y += stepY;
    if (max(abs(stepX), abs(stepY)) < LEAST_STEP) break;
  }
  way.difference = <f64>window.difference / <f64>(16 * window.pixels);
  way.share = <f64>window.pixels * (1.0 / (WINDOW * WINDOW));
  return true;
}

/** Whether a window and its rim are in the picture. Not a number is nowhere. */
// @ts-ignore: decorator
@inline
function inside(left: f64, top: f64, width: i32, height: i32): bool {
  return left >= 1 && top >= 1 && left < <f64>(width - WINDOW - 1) && top < <f64>(height - WINDOW - 1);
}

/** What is beyond the whole pixel, in Q15. */
// @ts-ignore: decorator
@inline
function share(at: f64, whole: i32): i32 {
  return <i32>((at - <f64>whole) * 32767);
}

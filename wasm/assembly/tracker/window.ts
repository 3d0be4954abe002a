// What is measured of pixels: a window of 8×8 of one picture, between the pixels if need be, and how another picture differs
// from it. All of it is whole numbers, so that both builds and every machine come to the same.
import { sumOf } from '../vectors';

/** Pixels of a window's side. */
export const WINDOW: i32 = 8;

@unmanaged
export class Window {
  // Of the window itself: products of the slopes, summed.
  xx: i32;
  xy: i32;
  yy: i32;
  // Of the comparison made last: the slopes times the difference, summed …
  dx: i32;
  dy: i32;
  /** … and the sum of the absolute differences, in 1/16 grey level. */
  difference: i32;
  /** Pixels that are compared: those of the object, where it is known which are. */
  pixels: i32;
  spare: i32;
  // 64 levels follow in i16, in 1/16 grey level, then as many slopes along x, slopes along y, and masks of all or no bits.
}

/** Where the levels, and the slopes, of a window are. */
const LEVELS_AT: usize = offsetof<Window>();
const SLOPES_X_AT: usize = LEVELS_AT + 128;
const SLOPES_Y_AT: usize = LEVELS_AT + 256;
const MASK_AT: usize = LEVELS_AT + 384;
/** Bytes of a window with what follows. */
export const WINDOW_BYTES: usize = LEVELS_AT + 512;

/** Reads a window with its slopes. `pixel`: its first one; `fx`, `fy`: how far beyond it the window begins, in Q15. */
export function readWindow(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32): void {
  if (ASC_FEATURE_SIMD) readVectors(window, pixel, stride, fx, fy);
  else readPixels(window, pixel, stride, fx, fy);
}

/** Compares a window with another picture at `pixel`. */
export function compareWindow(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32): void {
  if (ASC_FEATURE_SIMD) compareVectors(window, pixel, stride, fx, fy);
  else comparePixels(window, pixel, stride, fx, fy);
}

/**
 * Takes those pixels out of a window that show the background: their levels are no more than `least` from it. `pixel`: where
 * the window is in the background.
 */
export function maskWindow(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32, least: i32): void {
  if (ASC_FEATURE_SIMD) maskVectors(window, pixel, stride, fx, fy, least);
  else maskPixels(window, pixel, stride, fx, fy, least);
}

// @ts-ignore: decorator
@inline
function between(a: v128, b: v128, share: v128): v128 {
  return i16x8.add(a, i16x8.q15mulr_sat_s(i16x8.sub(b, a), share));
}

// @ts-ignore: decorator
@inline
function readVectors(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32): void {
  const base = changetype<usize>(window);
  const shareX = i16x8.splat(<i16>fx);
  const shareY = i16x8.splat(<i16>fy);
  let row = pixel - stride - 1;
  // A row has ten levels: eight, and one more on each side.
  let bytes = v128.load(row);
  let a = i16x8.shl(i16x8.extend_low_i8x16_u(bytes), 4);
  let b = i16x8.shl(i16x8.extend_high_i8x16_u(bytes), 4);
  let lowBefore = between(a, i8x16.shuffle(a, b, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17), shareX);
  let highBefore = between(b, i8x16.shuffle(b, b, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 15), shareX);
  let above = i16x8.splat(0);
  let middle = above;
  let xx = i32x4.splat(0);
  let xy = xx;
  let yy = xx;
  let slopeX = above;
  for (let y = 0; y < WINDOW + 2; y++) {
    row += stride;
    bytes = v128.load(row);
    a = i16x8.shl(i16x8.extend_low_i8x16_u(bytes), 4);
    b = i16x8.shl(i16x8.extend_high_i8x16_u(bytes), 4);
    const low = between(a, i8x16.shuffle(a, b, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17), shareX);
    const high = between(b, i8x16.shuffle(b, b, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 14, 15), shareX);
    const left = between(lowBefore, low, shareY);
    const rest = between(highBefore, high, shareY);
    lowBefore = low;
    highBefore = high;
    const levels = i8x16.shuffle(left, rest, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
    if (y >= 2) {
      // The row before is complete now that the one below it is known.
      const slopeY = i16x8.sub(levels, above);
      const at = base + (<usize>(y - 2) << 4);
      v128.store(at + LEVELS_AT, middle);
      v128.store(at + SLOPES_X_AT, slopeX);
      v128.store(at + SLOPES_Y_AT, slopeY);
      xx = i32x4.add(xx, i32x4.dot_i16x8_s(slopeX, slopeX));
      xy = i32x4.add(xy, i32x4.dot_i16x8_s(slopeX, slopeY));
      yy = i32x4.add(yy, i32x4.dot_i16x8_s(slopeY, slopeY));
    }
    slopeX = i16x8.sub(
      i8x16.shuffle(left, rest, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19),
      left,
    );
    above = middle;
    middle = levels;
  }
  window.xx = sumOf(xx);
  window.xy = sumOf(xy);
  window.yy = sumOf(yy);
  window.pixels = WINDOW * WINDOW;
  memory.fill(base + MASK_AT, 0xff, 128);
}

// @ts-ignore: decorator
@inline
function maskVectors(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32, least: i32): void {
  const base = changetype<usize>(window);
  const shareX = i16x8.splat(<i16>fx);
  const shareY = i16x8.splat(<i16>fy);
  const limit = i16x8.splat(<i16>least);
  let row = pixel;
  let before = between(levelsAt(row), levelsAt(row + 1), shareX);
  let xx = i32x4.splat(0);
  let xy = xx;
  let yy = xx;
  let count = i16x8.splat(0);
  for (let y = 0; y < WINDOW; y++) {
    row += stride;
    const after = between(levelsAt(row), levelsAt(row + 1), shareX);
    const at = base + (<usize>y << 4);
    const d = i16x8.abs(i16x8.sub(between(before, after, shareY), v128.load(at + LEVELS_AT)));
    before = after;
    const mask = i16x8.gt_s(d, limit);
    const slopeX = v128.and(v128.load(at + SLOPES_X_AT), mask);
    const slopeY = v128.and(v128.load(at + SLOPES_Y_AT), mask);
    v128.store(at + MASK_AT, mask);
    v128.store(at + SLOPES_X_AT, slopeX);
    v128.store(at + SLOPES_Y_AT, slopeY);
    count = i16x8.sub(count, mask);
    xx = i32x4.add(xx, i32x4.dot_i16x8_s(slopeX, slopeX));
    xy = i32x4.add(xy, i32x4.dot_i16x8_s(slopeX, slopeY));
    yy = i32x4.add(yy, i32x4.dot_i16x8_s(slopeY, slopeY));
  }
  window.xx = sumOf(xx);
  window.xy = sumOf(xy);
  window.yy = sumOf(yy);
  window.pixels = sumOf(i32x4.extadd_pairwise_i16x8_s(count));
}

// @ts-ignore: decorator
@inline
function compareVectors(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32): void {
  const base = changetype<usize>(window);
  const shareX = i16x8.splat(<i16>fx);
  const shareY = i16x8.splat(<i16>fy);
  let row = pixel;
  let before = between(levelsAt(row), levelsAt(row + 1), shareX);
  let dx = i32x4.splat(0);
  let dy = dx;
  let sum = dx;
  for (let y = 0; y < WINDOW; y++) {
    row += stride;
    const after = between(levelsAt(row), levelsAt(row + 1), shareX);
    const at = base + (<usize>y << 4);
    const d = i16x8.sub(between(before, after, shareY), v128.load(at + LEVELS_AT));
    before = after;
    dx = i32x4.add(dx, i32x4.dot_i16x8_s(d, v128.load(at + SLOPES_X_AT)));
    dy = i32x4.add(dy, i32x4.dot_i16x8_s(d, v128.load(at + SLOPES_Y_AT)));
    sum = i32x4.add(sum, i32x4.extadd_pairwise_i16x8_u(v128.and(i16x8.abs(d), v128.load(at + MASK_AT))));
  }
  window.dx = sumOf(dx);
  window.dy = sumOf(dy);
  window.difference = sumOf(sum);
}

// @ts-ignore: decorator
@inline
function levelsAt(pixel: usize): v128 {
  return i16x8.shl(v128.load8x8_u(pixel), 4);
}

// @ts-ignore: decorator
@inline
function mix(a: i32, b: i32, share: i32): i32 {
  return a + (((b - a) * share + 0x4000) >> 15);
}

/** The level between four pixels. */
// @ts-ignore: decorator
@inline
function levelAt(pixel: usize, stride: i32, fx: i32, fy: i32): i32 {
  const upper = mix(<i32>load<u8>(pixel) << 4, <i32>load<u8>(pixel + 1) << 4, fx);
  const lower = mix(<i32>load<u8>(pixel + stride) << 4, <i32>load<u8>(pixel + stride + 1) << 4, fx);
  return mix(upper, lower, fy);
}

// @ts-ignore: decorator
@inline
function readPixels(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32): void {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (let y = 0; y < WINDOW; y++) {
    for (let x = 0; x < WINDOW; x++) {
      const here = pixel + y * stride + x;
      const at = changetype<usize>(window) + (<usize>(y * WINDOW + x) << 1);
      const slopeX = levelAt(here + 1, stride, fx, fy) - levelAt(here - 1, stride, fx, fy);
      const slopeY = levelAt(here + stride, stride, fx, fy) - levelAt(here - stride, stride, fx, fy);
      store<i16>(at + LEVELS_AT, <i16>levelAt(here, stride, fx, fy));
      store<i16>(at + SLOPES_X_AT, <i16>slopeX);
      store<i16>(at + SLOPES_Y_AT, <i16>slopeY);
      xx += slopeX * slopeX;
      xy += slopeX * slopeY;
      yy += slopeY * slopeY;
    }
  }
  window.xx = xx;
  window.xy = xy;
  window.yy = yy;
  window.pixels = WINDOW * WINDOW;
  memory.fill(changetype<usize>(window) + MASK_AT, 0xff, 128);
}

// @ts-ignore: decorator
@inline
function maskPixels(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32, least: i32): void {
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let count = 0;
  for (let y = 0; y < WINDOW; y++) {
    for (let x = 0; x < WINDOW; x++) {
      const at = changetype<usize>(window) + (<usize>(y * WINDOW + x) << 1);
      const d = levelAt(pixel + y * stride + x, stride, fx, fy) - <i32>load<i16>(at + LEVELS_AT);
      const mask = abs(d) > least ? -1 : 0;
      const slopeX = <i32>load<i16>(at + SLOPES_X_AT) & mask;
      const slopeY = <i32>load<i16>(at + SLOPES_Y_AT) & mask;
      store<i16>(at + MASK_AT, <i16>mask);
      store<i16>(at + SLOPES_X_AT, <i16>slopeX);
      store<i16>(at + SLOPES_Y_AT, <i16>slopeY);
      count -= mask;
      xx += slopeX * slopeX;
      xy += slopeX * slopeY;
      yy += slopeY * slopeY;
    }
  }
  window.xx = xx;
  window.xy = xy;
  window.yy = yy;
  window.pixels = count;
}

// @ts-ignore: decorator
@inline
function comparePixels(window: Window, pixel: usize, stride: i32, fx: i32, fy: i32): void {
  let dx = 0;
  let dy = 0;
  let sum = 0;
  for (let y = 0; y < WINDOW; y++) {
    for (let x = 0; x < WINDOW; x++) {
      const at = changetype<usize>(window) + (<usize>(y * WINDOW + x) << 1);
      const d = levelAt(pixel + y * stride + x, stride, fx, fy) - <i32>load<i16>(at + LEVELS_AT);
      dx += d * <i32>load<i16>(at + SLOPES_X_AT);
      dy += d * <i32>load<i16>(at + SLOPES_Y_AT);
      sum += abs(d) & <i32>load<i16>(at + MASK_AT);
    }
  }
  window.dx = dx;
  window.dy = dy;
  window.difference = sum;
}

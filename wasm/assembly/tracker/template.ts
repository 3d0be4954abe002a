// How an object looked when it was found last, pixel by pixel, and where it looks so now. The ways of points add up and drift;
// this does not, and finds an object again that has been behind something. Where several places look so it says little.
import { BACKGROUND, LEAST_CONTRAST } from './background';
import { Followed, Stage } from './followed';
import { levelOf, strideOf } from './pyramid';
import { TEMPLATE_SIDE, TEMPLATE_STRIDE } from './sizes';
import { TrackSlab } from './track-slab';

/** Pixels differ by no more than this: what covers an object a little does not hide it. */
const MOST_DIFFERENCE: i32 = 40;
/** A place that differs by so many levels more than the best, in the mean, is a quarter as likely. */
const CONTRAST: f64 = 3;
/** A place that differs by more is not the object's. */
const UNLIKE: f64 = 25;
/** How far is looked, in standard deviations, and in pixels. */
const DEVIATIONS: f64 = 3;
const LEAST_REACH: f64 = 4;
const MOST_REACH: f64 = 12;
/** Fewer pixels of its own are no template. */
const LEAST_PIXELS: i32 = 24;
/** However often it is found, its place remains as uncertain as this, in its sides: the template has the detection's error. */
const LEAST_ERROR: f64 = 0.1;

/** Takes an object's box as its template: the detection has just shown where it is. */
export function takeTemplate(slab: TrackSlab, object: Followed): void {
  object.templateWidth = 0;
  if (!slab.pictureAt) return;
  let level = 0;
  while (max(object.w.value, object.h.value) > <f64>(TEMPLATE_SIDE << level) && level < slab.levels - 1) level++;
  const size = 1 / <f64>(1 << level);
  const left = object.left * size;
  const top = object.top * size;
  const x0 = <i32>nearest(left);
  const y0 = <i32>nearest(top);
  const width = <i32>nearest(object.w.value * size);
  const height = <i32>nearest(object.h.value * size);
  if (width < 4 || height < 4 || width > TEMPLATE_SIDE || height > TEMPLATE_SIDE) return;
  if (x0 < 0 || y0 < 0 || x0 + width > slab.width >> level || y0 + height > slab.height >> level) return;
  const stride = strideOf(slab.width, level);
  const at = y0 * stride + x0;
  const picture = levelOf(slab, slab.current, level) + at;
  const background = levelOf(slab, BACKGROUND, level) + at;
  const levels = slab.templateOf(object);
  const mask = levels + TEMPLATE_SIDE * TEMPLATE_STRIDE;
  memory.fill(levels, 0, 2 * TEMPLATE_SIDE * TEMPLATE_STRIDE);
  let pixels = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const here = <usize>(y * stride + x);
      const value = <i32>load<u8>(picture + here);
      if (slab.backgroundKnown && abs(value - <i32>load<u8>(background + here)) <= LEAST_CONTRAST) continue;
      if (!slab.backgroundKnown && !central(x, width, y, height)) continue;
      if (covered(slab, object, (<f64>(x0 + x) + 0.5) * <f64>(1 << level), (<f64>(y0 + y) + 0.5) * <f64>(1 << level))) continue;
      const to = <usize>(y * TEMPLATE_STRIDE + x);
      store<u8>(levels + to, <u8>value);
      store<u8>(mask + to, 0xff);
      pixels++;
    }
  }
  if (pixels < LEAST_PIXELS) return;
  object.templateWidth = width;
  object.templateHeight = height;
  object.templateLevel = level;
  object.templatePixels = pixels;
  object.templateX = <f64>x0 - left;
  object.templateY = <f64>y0 - top;
}

/** In an ellipse that fills the box's middle: what shows the object for sure, if it is not known what is background. */
// @ts-ignore: decorator
@inline
function central(x: i32, width: i32, y: i32, height: i32): bool {
  const u = (<f64>x + 0.5) / <f64>width - 0.5;
  const v = (<f64>y + 0.5) / <f64>height - 0.5;
  return u * u * 10 + v * v * 5 < 1;
}

/** Whether an object that stands nearer covers the point: nearer is what stands lower in the picture. */
export function covered(slab: TrackSlab, object: Followed, x: f64, y: f64): bool {
  const bottom = object.bottom;
  for (let i = 0; i < slab.followedCount; i++) {
    const other = slab.followed(i);
    if (other.stage != Stage.confirmed || other.id == object.id || other.misses > 0 || other.bottom <= bottom) continue;
    if (x > other.left && x < other.right && y > other.top && y < other.bottom) return true;
  }
  return false;
}

/** Places an object where the picture looks as it does. Returns whether there is such a place. */
export function matchTemplate(slab: TrackSlab, object: Followed): bool {
  const width = object.templateWidth;
  if (width == 0 || !slab.pictureAt) return false;
  const height = object.templateHeight;
  const level = object.templateLevel;
  const size = <f64>(1 << level);
  const stride = strideOf(slab.width, level);
  const picture = levelOf(slab, slab.current, level);
  const levels = slab.templateOf(object);
  // Where the template ought to be; the middle is kept, whatever has become of the sides.
  const atX = (object.x.value / size) - 0.5 * <f64>width + object.templateX;
  const atY = (object.y.value / size) - 0.5 * <f64>height + object.templateY;
  const sigmaX = Math.sqrt(object.x.vv) / size;
  const sigmaY = Math.sqrt(object.y.vv) / size;
  const reachX = max(LEAST_REACH, min(MOST_REACH, ceil(DEVIATIONS * sigmaX)));
  const reachY = max(LEAST_REACH, min(MOST_REACH, ceil(DEVIATIONS * sigmaY)));
  const left = <i32>max(0, nearest(atX - reachX));
  const top = <i32>max(0, nearest(atY - reachY));
  const right = <i32>min(<f64>((slab.width >> level) - width), nearest(atX + reachX));
  const bottom = <i32>min(<f64>((slab.height >> level) - height), nearest(atY + reachY));
  if (left > right || top > bottom) return false;
  const step = reachX > 5 || reachY > 5 ? 2 : 1;
  const perPixel = 1 / <f64>object.templatePixels;
  const notes = slab.matching;
  let least = Infinity;
  let bestX = left;
  let bestY = top;
  let n = 0;
  for (let y = top; y <= bottom; y += step) {
    for (let x = left; x <= right; x += step) {
      const difference = <f64>differenceOf(levels, picture + y * stride + x, stride, width, height) * perPixel;
      note(notes, n, x, y, difference);
      n++;
      if (difference >= least) continue;
      least = difference;
      bestX = x;
      bestY = y;
    }
  }
  if (step > 1) {
    const endX = min(bestX + 1, right);
    const endY = min(bestY + 1, bottom);
    const fromX = max(bestX - 1, left);
    for (let y = max(bestY - 1, top); y <= endY; y++) {
      for (let x = fromX; x <= endX; x++) {
        const difference = <f64>differenceOf(levels, picture + y * stride + x, stride, width, height) * perPixel;
        note(notes, n, x, y, difference);
        n++;
        least = min(least, difference);
      }
    }
  }
  object.unlike = <f32>least;
  if (least > UNLIKE) return false;
  return settle(object, notes, n, least, size, atX, atY, sigmaX, sigmaY);
}

/** Weighs all places, and places the object in the middle of them, as surely as they lie together. */
function settle(object: Followed, notes: usize, n: i32, least: f64, size: f64, atX: f64, atY: f64, sigmaX: f64, sigmaY: f64): bool {
  let weight: f64 = 0;
  let sumX: f64 = 0;
  let sumY: f64 = 0;
  let squaresX: f64 = 0;
  let squaresY: f64 = 0;
  const perX = 1 / (2 * sigmaX * sigmaX + 1);
  const perY = 1 / (2 * sigmaY * sigmaY + 1);
  for (let i = 0; i < n; i++) {
    const at = notes + (<usize>i << 4);
    const x = <f64>load<i32>(at) - atX;
    const y = <f64>load<i32>(at + 4) - atY;
    const worse = (load<f64>(at + 8) - least) / CONTRAST;
    const likely = 1 / (1 + worse * worse);
    const w = (likely * likely) / (1 + x * x * perX + y * y * perY);
    weight += w;
    sumX += w * x;
    sumY += w * y;
    squaresX += w * x * x;
    squaresY += w * y * y;
  }
  const meanX = sumX / weight;
  const meanY = sumY / weight;
  const varianceX = squaresX / weight - meanX * meanX + 0.25;
  const varianceY = squaresY / weight - meanY * meanY + 0.25;
  object.x.put(object.x.value + meanX * size, varianceX * size * size, LEAST_ERROR * object.w.value);
  object.y.put(object.y.value + meanY * size, varianceY * size * size, LEAST_ERROR * object.h.value);
  return true;
}

// @ts-ignore: decorator
@inline
function note(notes: usize, index: i32, x: i32, y: i32, difference: f64): void {
  const at = notes + (<usize>index << 4);
  store<i32>(at, x);
  store<i32>(at + 4, y);
  store<f64>(at + 8, difference);
}

/** The sum of the differences of a template's own pixels from the picture, each no more than it may be. */
export function differenceOf(template: usize, picture: usize, stride: i32, width: i32, height: i32): i32 {
  const mask = template + TEMPLATE_SIDE * TEMPLATE_STRIDE;
  if (ASC_FEATURE_SIMD) {
    let sum = i16x8.splat(0);
    const most = i8x16.splat(<i8>MOST_DIFFERENCE);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x += 16) {
        const at = <usize>(y * TEMPLATE_STRIDE + x);
        const t = v128.load(template + at);
        const p = v128.load(picture + <usize>(y * stride + x));
        const d = i8x16.min_u(v128.or(i8x16.sub_sat_u(t, p), i8x16.sub_sat_u(p, t)), most);
        sum = i16x8.add(sum, i16x8.extadd_pairwise_i8x16_u(v128.and(d, v128.load(mask + at))));
      }
    }
    const four = i32x4.extadd_pairwise_i16x8_u(sum);
    return i32x4.extract_lane(four, 0) + i32x4.extract_lane(four, 1) + i32x4.extract_lane(four, 2) + i32x4.extract_lane(four, 3);
  }
  let sum = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = <usize>(y * TEMPLATE_STRIDE + x);
      const d = abs(<i32>load<u8>(template + at) - <i32>load<u8>(picture + <usize>(y * stride + x)));
      sum += min(MOST_DIFFERENCE, d) & <i32>load<u8>(mask + at);
    }
  }
  return sum;
}

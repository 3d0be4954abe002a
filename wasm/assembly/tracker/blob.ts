// What of an object's box differs from the background, and where its middle is. Points alone fall behind: each way is a little
// short, and the sum of many is a box that trails. The middle of what differs does not drift.
import { BACKGROUND, LEAST_CONTRAST } from './background';
import { Blob } from './blob-sums';
import { Followed, Stage } from './followed';
import { levelOf, strideOf } from './pyramid';
import { TrackSlab } from './track-slab';

/** Boxes are looked at in a picture in which their longer side has no more pixels than this. */
const MOST_SIDE: f64 = 96;
/** Part of the way to what is measured that an object goes in a second, at first. */
const PULL: f64 = 3;
/** It is not believed when less than this share, or more than so many times, of what usually differs does so. */
const LEAST_OF_USUAL: f64 = 0.6;
const MOST_OF_USUAL: f64 = 1.5;
/** What differs of a box of which it is not known yet. */
const USUAL_SHARE: f64 = 0.4;
/** Fewer pixels have no middle. */
const LEAST_PIXELS: i32 = 8;
/** How fast the usual is learnt, of each detection. */
const LEARNING: f64 = 0.3;
/** Most that the middle is moved at a time, as a share of the side. */
const MOST_PULL: f64 = 0.15;

/** Measures what of an object's box is in the picture. Returns whether there is anything to measure. */
function look(slab: TrackSlab, object: Followed): bool {
  if (!slab.backgroundKnown || !slab.pictureAt) return false;
  let level = 0;
  while (max(object.w.value, object.h.value) > MOST_SIDE * <f64>(1 << level) && level < slab.levels - 1) level++;
  const size = 1 / <f64>(1 << level);
  const x = <i32>nearest(object.left * size);
  const y = <i32>nearest(object.top * size);
  const left = max(0, x);
  const top = max(0, y);
  const width = min(x + <i32>nearest(object.w.value * size), slab.width >> level) - left;
  const height = min(y + <i32>nearest(object.h.value * size), slab.height >> level) - top;
  if (width < 4 || height < 4) return false;
  const stride = strideOf(slab.width, level);
  const at = top * stride + left;
  const picture = levelOf(slab, slab.current, level) + at;
  const background = levelOf(slab, BACKGROUND, level) + at;
  const blob = slab.blob;
  countDifferent(blob, picture, background, stride, width, height, LEAST_CONTRAST);
  const count = <f64>max(1, blob.count);
  slab.blobX = (<f64>blob.columns / count + 0.5) / <f64>width - 0.5;
  slab.blobY = (<f64>blob.rows / count + 0.5) / <f64>height - 0.5;
  slab.blobShare = <f64>blob.count / <f64>(width * height);
  return true;
}

/** Whether the box is whole and nobody else's: otherwise the middle of what differs is not the object's. */
function alone(slab: TrackSlab, object: Followed): bool {
  const whole = object.left >= 0 && object.top >= 0 && object.right <= slab.width && object.bottom <= slab.height;
  return whole && slab.blob.count >= LEAST_PIXELS && !crowded(slab, object);
}

/** A detection has shown where the box is: what usually differs there, and where its middle is. */
export function learnBlob(slab: TrackSlab, object: Followed): void {
  if (!look(slab, object) || !alone(slab, object)) return;
  const rate = object.blobs == 0 ? 1 : LEARNING;
  object.blobX += rate * (slab.blobX - object.blobX);
  object.blobY += rate * (slab.blobY - object.blobY);
  object.blobShare += rate * (slab.blobShare - object.blobShare);
  object.blobs++;
}

/** Pulls an object towards what differs. */
export function pull(slab: TrackSlab, object: Followed, dt: f64): void {
  object.presence = 1;
  object.seen = 0;
  if (!look(slab, object)) return;
  const usual = slab.blobShare / (object.blobs == 0 ? USUAL_SHARE : object.blobShare);
  object.presence = <f32>usual;
  object.seen = 1;
  if (object.blobs == 0 || !alone(slab, object)) return;
  if (usual < LEAST_OF_USUAL || usual > MOST_OF_USUAL) return;
  const share = min(0.5, PULL * dt);
  object.x.value += share * bounded(slab.blobX - object.blobX) * object.w.value;
  object.y.value += share * bounded(slab.blobY - object.blobY) * object.h.value;
}

// @ts-ignore: decorator
@inline
function bounded(share: f64): f64 {
  return max(-MOST_PULL, min(MOST_PULL, share));
}

/** Whether another object is in the box. */
function crowded(slab: TrackSlab, object: Followed): bool {
  for (let i = 0; i < slab.followedCount; i++) {
    const other = slab.followed(i);
    if (other.stage != Stage.confirmed || other.id == object.id || other.misses > 1) continue;
    if (other.left < object.right && other.right > object.left && other.top < object.bottom && other.bottom > object.top) return true;
  }
  return false;
}

/** Counts the pixels of a part of the picture that differ from the background by more than `contrast`. */
export function countDifferent(blob: Blob, picture: usize, background: usize, stride: i32, width: i32, height: i32, contrast: i32): void {
  let count = 0;
  let columns = 0;
  let rows = 0;
  for (let y = 0; y < height; y++) {
    let ones = 0;
    if (ASC_FEATURE_SIMD) {
      for (let x = 0; x < width; x += 16) {
        const at = <usize>(y * stride + x);
        const p = v128.load(picture + at);
        const b = v128.load(background + at);
        const d = v128.or(i8x16.sub_sat_u(p, b), i8x16.sub_sat_u(b, p));
        let bits = i8x16.bitmask(i8x16.gt_u(d, i8x16.splat(<i8>contrast)));
        if (width - x < 16) bits &= (1 << (width - x)) - 1;
        const n = popcnt(bits);
        ones += n;
        columns += n * x + placesOf(bits);
      }
    } else {
      for (let x = 0; x < width; x++) {
        const at = <usize>(y * stride + x);
        if (abs(<i32>load<u8>(picture + at) - <i32>load<u8>(background + at)) <= contrast) continue;
        ones++;
        columns += x;
      }
    }
    count += ones;
    rows += ones * y;
  }
  blob.count = count;
  blob.columns = columns;
  blob.rows = rows;
}

/** The sum of the places of the bits that are set, of sixteen. */
// @ts-ignore: decorator
@inline
function placesOf(bits: i32): i32 {
  return popcnt(bits & 0xaaaa) + 2 * popcnt(bits & 0xcccc) + 4 * popcnt(bits & 0xf0f0) + 8 * popcnt(bits & 0xff00);
}

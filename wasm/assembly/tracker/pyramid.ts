// The picture in several sizes, each half of the one before. A slab has three: of the picture, of the one before it,
// and of the background.
import { MAX_LEVELS } from './sizes';
import { TRACK_HEADER_BYTES, TrackSlab } from './track-slab';

/** A level has at least so many pixels a side: a window and its rim must fit into it. */
const LEAST_SIDE: i32 = 16;
/** Reads of whole vectors may run past a row by less than this. */
const GUARD: usize = 64;

/** Levels that a pyramid of such pictures has. */
export function levelsOf(width: i32, height: i32): i32 {
  let levels = 1;
  while (levels < MAX_LEVELS && min(width, height) >> levels >= LEAST_SIDE) levels++;
  return levels;
}

// @ts-ignore: decorator
@inline
export function strideOf(width: i32, level: i32): i32 {
  return ((width >> level) + 31) & ~15;
}

/** Bytes of a pyramid's levels before this one. */
// @ts-ignore: decorator
@inline
function levelAt(width: i32, height: i32, level: i32): usize {
  let at: usize = 0;
  for (let i = 0; i < level; i++) at += <usize>strideOf(width, i) * (height >> i);
  return at;
}

export function pyramidBytes(width: i32, height: i32): usize {
  return (levelAt(width, height, levelsOf(width, height)) + GUARD + 63) & ~63;
}

/** The first pixel of a level; `which` pyramid. */
export function levelOf(slab: TrackSlab, which: i32, level: i32): usize {
  const begin = changetype<usize>(slab) + TRACK_HEADER_BYTES + GUARD + <usize>which * pyramidBytes(slab.width, slab.height);
  return begin + levelAt(slab.width, slab.height, level);
}

/** Takes the picture over, in all sizes. */
export function build(slab: TrackSlab): void {
  const width = slab.width;
  const height = slab.height;
  const stride = strideOf(width, 0);
  const first = levelOf(slab, slab.current, 0);
  const picture = changetype<usize>(slab) + slab.pictureAt;
  for (let y = 0; y < height; y++) memory.copy(first + y * stride, picture + y * slab.lumaStride, width);
  shrink(slab, slab.current);
}

/** Makes the smaller pictures of a pyramid out of its first. */
export function shrink(slab: TrackSlab, which: i32): void {
  const width = slab.width;
  for (let level = 1; level < slab.levels; level++) {
    const from = levelOf(slab, which, level - 1);
    const to = levelOf(slab, which, level);
    halve(from, strideOf(width, level - 1), to, strideOf(width, level), width >> level, slab.height >> level);
  }
}

/** Each pixel of the target is the mean of four of the source, rounded. Writes rows to a multiple of eight pixels. */
export function halve(source: usize, sourceStride: i32, target: usize, targetStride: i32, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    const upper = source + 2 * y * sourceStride;
    const lower = upper + sourceStride;
    const row = target + y * targetStride;
    if (ASC_FEATURE_SIMD) {
      for (let x = 0; x < width; x += 8) {
        const sum = i16x8.add(
          i16x8.extadd_pairwise_i8x16_u(v128.load(upper + 2 * x)),
          i16x8.extadd_pairwise_i8x16_u(v128.load(lower + 2 * x)),
        );
        const mean = i16x8.shr_u(i16x8.add(sum, i16x8.splat(2)), 2);
        v128.store64_lane(row + x, i8x16.narrow_i16x8_u(mean, mean), 0);
      }
    } else {
      for (let x = 0; x < width; x++) {
        const a = <i32>load<u8>(upper + 2 * x) + <i32>load<u8>(upper + 2 * x + 1);
        const b = <i32>load<u8>(lower + 2 * x) + <i32>load<u8>(lower + 2 * x + 1);
        store<u8>(row + x, <u8>((a + b + 2) >> 2));
      }
    }
  }
}

// The tracker: the part of the kernels that follows objects. All that it keeps is in its slabs.
import { tilesOf } from './background';
import { levelsOf, pyramidBytes } from './pyramid';
import { TRACK_HEADER_BYTES, TrackSlab } from './track-slab';

export { follow } from './follow';
// For tests.
export { assign, rowOf } from './assignment';
export { halve } from './pyramid';
export { learnRow16 } from './background';
export { countDifferent } from './blob';
export { differenceOf } from './template';
export { compareWindow, maskWindow, readWindow } from './window';

/** Bytes of a tracker's slab for pictures of this size. */
export function trackSlabBytes(width: i32, height: i32): i32 {
  return <i32>(TRACK_HEADER_BYTES + 128 + 3 * pyramidBytes(width, height) + tilesOf(width, height));
}

/** Arranges a slab, and forgets all objects. Settings are written afterwards. */
export function configureTracks(slab: TrackSlab, width: i32, height: i32): void {
  memory.fill(changetype<usize>(slab), 0, TRACK_HEADER_BYTES);
  slab.width = width;
  slab.height = height;
  slab.levels = levelsOf(width, height);
}

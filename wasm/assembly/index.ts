// The motion detector. Everything that it keeps is in the slab: any instance on any thread may judge any camera's frame.
import { arrange } from './arrange';
import { HEADER_BYTES, MAX_TRACKS, Slab, TRACKS_AT } from './slab';
import { Track } from './track';

export { judge } from './judge';
// Stages of a judgement, for tests and for measuring them one by one.
export { join } from './join';
export { learn } from './learn';
export { learnRow } from './learn-row';
export { changedCells, gainOf } from './light';
export { mark } from './mark';
export { chromaOf, identical, sharpnessOf } from './measures';
export { relight } from './relight';
export { sense, senseRow } from './sense';
export { shiftOf } from './shift';
// The tracker.
export {
  assign,
  compareWindow,
  configureTracks,
  countDifferent,
  differenceOf,
  follow,
  halve,
  learnRow16,
  maskWindow,
  readWindow,
  rowOf,
  trackSlabBytes,
} from './tracker/index';

/** Bytes of a slab for pictures of this size. */
export function slabBytes(width: i32, height: i32): i32 {
  return <i32>arrange(0, width, height);
}

/** Arranges a slab whose header has been cleared, and forgets everything about the scene. */
export function configure(slab: Slab, width: i32, height: i32): void {
  const base = changetype<usize>(slab);
  const end = arrange(base, width, height);
  memory.fill(base + HEADER_BYTES, 0, end - HEADER_BYTES);
  memory.fill(base + TRACKS_AT, 0, MAX_TRACKS * offsetof<Track>());
  slab.clearState();
}

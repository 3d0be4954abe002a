// When cells were last marked: whether one is marked anew does not depend on how many pictures there are in a second.
import { Slab } from './slab';

/** A cell that was not marked for so long is marked anew: a picture of five a second, or two of ten, without it. */
const ANEW_MS: i32 = 250;

/** Media time of this frame as `seenAt` has it, in 16 ms. */
// @ts-ignore: decorator
@inline
export function timeOf(slab: Slab): i32 {
  return ((slab.clockMs + slab.stepMs) >> 4) + (ANEW_MS >> 4) + 1;
}

// @ts-ignore: decorator
@inline
export function isNew(seenAt: i32, now: i32): bool {
  return ((now - seenAt) & 0xffff) > ANEW_MS >> 4;
}

/** Notes the marked cells, and keeps their list for the next frame. */
export function keepMarked(slab: Slab): void {
  const marked = slab.marked;
  const seenAt = slab.seenAt;
  const count = slab.markedCount;
  const now = timeOf(slab);
  for (let i = 0; i < count; i++) seenAt[marked[i]] = now;
  const place = slab.markedAt;
  slab.markedAt = slab.lastMarkedAt;
  slab.lastMarkedAt = place;
  slab.lastMarkedCount = count;
}

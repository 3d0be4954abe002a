import type { GopRing } from '../camera/gop-ring.js';
import { firstPicture, keyframeBefore } from '../camera/ring-pictures.js';
import { countBetween, type RingPlace } from '../camera/ring-place.js';
import type { AccessUnit } from '../camera/types.js';
import type { MediaTime } from '../core/time.js';
import type { SegmentOptions } from '../recording/segment-options.js';

/** Where a stretch goes on after another one of the same camera. */
export interface Tail {
  /** The first picture that is not in the video. */
  next: RingPlace;
  epoch: number;
  /** A picture with parameter sets in front of it that hold there. */
  head: Uint8Array;
  soundUntil: MediaTime;
  /** Of one that failed: what follows it begins with the sound from here on. */
  soundTo?: MediaTime;
}

/** As of a stretch, of what goes on behind another one. */
export const awaitSound = (tail: Tail, from: MediaTime, until: MediaTime): void => {
  if (tail.soundUntil <= until) tail.soundUntil = from;
};

/** Where a segment begins. */
export interface Place {
  first: AccessUnit;
  options: SegmentOptions;
  /** Pictures that should stand before it and are gone. */
  lost: number;
}

/** Behind what is in the video: at the very next picture, or where that cannot be, at the next keyframe. */
export const placeAfter = (ring: GopRing, { next, epoch, head, soundUntil, soundTo }: Tail): Place | undefined => {
  const isGone = next.index < ring.firstIndex;
  const first = isGone ? ring.firstKeyframeFrom(ring.firstIndex) : firstPicture(ring, next.index);
  if (!first) return undefined;
  const sound = { soundUntil, ...(soundTo === undefined ? {} : { soundTo }) };
  // What is gone may have been sound.
  const lost = isGone ? countBetween(next, first).pictures : 0;
  if (lost === 0 && first.epoch === epoch) {
    const key = first.key ? first : keyframeBefore(ring, first);
    return { first, options: { continues: { head: key?.payload ?? head }, ...sound }, lost };
  }
  const key = ring.firstKeyframeFrom(first.index);
  return key && { first: key, options: sound, lost };
};

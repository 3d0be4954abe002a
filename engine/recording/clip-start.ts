import type { AccessUnit } from '../camera/types.js';
import type { MediaTime, Micros } from '../core/time.js';

/** The part of the ring that is needed to find where a clip starts. */
export interface KeyframeSource {
  lastKeyframeAtOrBefore(time: MediaTime): AccessUnit | undefined;
  firstKeyframeFrom(index: number): AccessUnit | undefined;
  oldestKeyframe(): AccessUnit | undefined;
  at(index: number): AccessUnit | undefined;
}

export interface ClipStart {
  /** The keyframe that the clip begins with. */
  unit: AccessUnit;
  /** How much of the requested time is missing, because the ring does not reach back that far. In µs. */
  truncated: Micros;
}

/**
 * Finds the last keyframe from which pictures are right at `start`, or else the oldest one. Undefined if the ring holds no keyframe: the
 * clip then begins with the next one. If the camera was away at `start`, what came before is over, and the clip begins
 * with what came back.
 */
export const clipStart = (ring: KeyframeSource, start: MediaTime): ClipStart | undefined => {
  const before = ring.lastKeyframeAtOrBefore(start);
  const unit = before ? (backFromOutage(ring, before, start) ?? before) : ring.oldestKeyframe();
  if (!unit) return undefined;
  return { unit, truncated: Math.max(0, unit.pts + (unit.settling ?? 0) - start) };
};

/** The first keyframe of the next session, if the one of `before` had ended by `start`. */
const backFromOutage = (ring: KeyframeSource, before: AccessUnit, start: MediaTime): AccessUnit | undefined => {
  const next = ring.firstKeyframeFrom(before.index + 1);
  if (!next || next.epoch === before.epoch) return undefined;
  // With B-frames the last unit need not have the latest time.
  for (let index = before.index; index < next.index; index++) {
    const unit = ring.at(index);
    if (unit && unit.pts + unit.duration > start) return undefined;
  }
  return next;
};

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
 * Finds the last keyframe from which pictures are right at `start`, or else the oldest one. Undefined if the ring holds none: the
 * clip then begins with the next one. If the camera was away at `start`, what came before is over, and the clip begins
 * with what came back, or will.
 *
 * @param isAway the camera sends nothing now
 */
export const clipStart = (ring: KeyframeSource, start: MediaTime, isAway = false): ClipStart | undefined => {
  const before = ring.lastKeyframeAtOrBefore(start);
  const unit = before ? firstFor(ring, before, start, isAway) : ring.oldestKeyframe();
  if (!unit) return undefined;
  return { unit, truncated: Math.max(0, unit.pts + (unit.settling ?? 0) - start) };
};

/** `before` itself, or the first keyframe of the next session if its own had ended by `start`. */
const firstFor = (
  ring: KeyframeSource,
  before: AccessUnit,
  start: MediaTime,
  isAway: boolean,
): AccessUnit | undefined => {
  const next = ring.firstKeyframeFrom(before.index + 1);
  if (next ? next.epoch === before.epoch : !isAway) return before;
  // With B-frames the last unit need not have the latest time.
  for (let index = before.index; next === undefined || index < next.index; index++) {
    const unit = ring.at(index);
    if (!unit && next === undefined) break;
    if (unit && unit.pts + unit.duration > start) return before;
  }
  return next;
};

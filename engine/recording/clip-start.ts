import type { AccessUnit } from '../camera/types.js';
import type { MediaTime, Micros } from '../core/time.js';

/** The part of the ring that is needed to find where a clip starts. */
export interface KeyframeSource {
  lastKeyframeAtOrBefore(time: MediaTime): AccessUnit | undefined;
  oldestKeyframe(): AccessUnit | undefined;
}

export interface ClipStart {
  /** The keyframe that the clip begins with. */
  unit: AccessUnit;
  /** How much of the requested time is missing, because the ring does not reach back that far. In µs. */
  truncated: Micros;
}

/**
 * Finds the last keyframe at or before `start`, or else the oldest one. Undefined if the ring holds no keyframe: the
 * clip then begins with the next one.
 */
export const clipStart = (ring: KeyframeSource, start: MediaTime): ClipStart | undefined => {
  const unit = ring.lastKeyframeAtOrBefore(start) ?? ring.oldestKeyframe();
  if (!unit) return undefined;
  return { unit, truncated: Math.max(0, unit.pts - start) };
};

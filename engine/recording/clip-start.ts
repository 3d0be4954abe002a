import type { AccessUnit } from '../camera/types.js';
import type { MediaTime, Micros } from '../core/time.js';

/** What of the ring is needed to find where a clip starts. */
export interface KeyframeSource {
  lastKeyframeAtOrBefore(time: MediaTime): AccessUnit | undefined;
  oldestKeyframe(): AccessUnit | undefined;
}

export interface ClipStart {
  /** The keyframe that the clip begins with. */
  unit: AccessUnit;
  /** How much earlier than asked for the clip begins, because a clip begins on a keyframe. */
  extra: Micros;
  /** How much of what was asked for is missing, because the ring does not reach back that far. */
  truncated: Micros;
}

/**
 * The last keyframe at or before `start`, or failing that the oldest one there is. Undefined if the ring holds no
 * keyframe: the clip then begins with the next one that comes.
 */
export const clipStart = (ring: KeyframeSource, start: MediaTime): ClipStart | undefined => {
  const unit = ring.lastKeyframeAtOrBefore(start) ?? ring.oldestKeyframe();
  if (!unit) return undefined;
  return { unit, extra: Math.max(0, start - unit.pts), truncated: Math.max(0, unit.pts - start) };
};

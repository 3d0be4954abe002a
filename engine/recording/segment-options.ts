import type { MediaTime } from '../core/time.js';

/** For a file of an archive, which may continue the file before it. */
export interface SegmentOptions {
  /** Everything before its first picture is in the file before. Absent: it begins by itself, with a keyframe. */
  continues?: {
    /** A picture of that file with the parameter sets in front of it. */
    head: Uint8Array;
  };
  /** Sound up to here is in the video. Absent: up to its first picture none is wanted. */
  soundUntil?: MediaTime;
  /** Sound before this belongs to it also behind its last picture: what follows leaves it out. */
  soundTo?: MediaTime;
}

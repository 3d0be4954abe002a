import type { MediaTime, Micros } from '../core/time.js';
import type { MuxResult } from '../mux/types.js';

/** What was written to a file. */
interface ClipContent {
  start: MediaTime;
  end: MediaTime;
  /** How long the file plays: by the camera's own clock, whose time the file has. */
  duration: Micros;
  units: number;
  lostUnits: number;
  /** Frames of sound that are not in it, though sound is wanted. */
  lostSound: number;
}

export type ClipEnd = ClipContent & MuxResult;

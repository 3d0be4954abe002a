import type { Micros, UtcMicros } from '../core/time.js';
import type { ClipIdentity } from './clip-index.js';
import type { ClipExtent, PreRoll } from './recording-events.js';

/** What recordings need to know of a sink. */
export interface ClipSink {
  pipeline: string;
  topology: string;
  /** Name of the node. */
  sink: string;
  baseDirectoryPath: string;
  /** May contain `${System.Runtime.…}`. */
  fileNamePattern: string;
  maximumSizeMiB: number;
  /** How long clips are kept; undefined: as long as there is room. */
  retentionPeriod?: Micros | undefined;
}

export interface ClipPlan {
  sink: ClipSink;
  /** Id of the event that asked for the recording. */
  correlationId: string;
  /** When the clip's first picture was taken. */
  startUtc: UtcMicros;
  /** Absent for a file that continues an activation after an interruption. */
  preRoll?: PreRoll;
}

/** A clip that is being written. */
export interface OpenClip extends ClipIdentity {
  /** Absolute path of its file. */
  location: string;
}

/** How a clip ended. */
export interface ClipEnding {
  extent: ClipExtent;
  /** Pictures that should be in the file and are not. */
  lost: number;
  /** Frames of sound that are not in the file, though sound is wanted. */
  lostSound?: number;
}

/** The part that plays of a clip whose muxer has failed. */
export interface Rescued {
  bytes: number;
  frames: number;
  seconds: number;
  endUtc: UtcMicros;
}

import type { UtcRange } from '../core/time.js';
import type { Cause } from '../events/causes.js';

/**
 * `open`: being written. `finished`: complete and finalised. `recovered`: left behind by a crash or a dead muxer, plays
 * as far as it was written. `failed`: does not play.
 */
export type ClipState = 'open' | 'finished' | 'recovered' | 'failed';

/** A clip as programs and people see it. Times are ISO 8601 in UTC, with milliseconds. */
export interface ClipResource {
  /** Stays the same, and is not used for another clip again. */
  id: string;
  /** Name of the live pipeline; empty for a clip that was found without its row and belongs to no sink yet. */
  pipeline: string;
  sink: string;
  /** Absent for a clip that was found without its row. */
  topology?: string;
  /** Absolute path of its file. */
  path: string;
  /** `open` while it is being written; `recovered`: a crash or a dead muxer has cut it off; `failed`: it does not play. */
  state: ClipState;
  start: string;
  /** Absent while it is being written. */
  end?: string;
  /** Seconds; absent while it is being written. */
  duration?: number;
  bytes: number;
  /** Pictures, where they were counted. */
  frames?: number;
  /** Id of the event that caused it. */
  correlationId?: string;
  /** That event, as far as the log still had it when the clip began. */
  cause?: Cause;
  /** It was not written to its end. */
  incomplete: boolean;
  /** Neither budget nor age removes it. */
  protected: boolean;
  seen: boolean;
}

/** Which clips a list has. */
export interface ClipQuery {
  pipeline?: string | undefined;
  /** Clips with media in it. */
  range?: UtcRange | undefined;
  /** 1 to 1000; default 100. */
  limit?: number | undefined;
  /** Of the page before. */
  continuationToken?: string | undefined;
}

export interface ClipPage {
  /** Newest first. */
  value: ClipResource[];
  /** Absent on the last page. */
  '@continuationToken'?: string;
}

/** The file of a clip, as far as it can be played. */
export interface ClipFile {
  /** Absolute. */
  path: string;
  /** Of an open clip, the size of what is complete. */
  bytes: number;
  /** Differs when the content does. */
  version: string;
  name: string;
}

import type { UtcRange } from '../core/time.js';
import type { Cause } from '../events/causes.js';

/** A recording as programs and people see it. Times are ISO 8601 in UTC, with milliseconds. */
export interface RecordingResource {
  id: string;
  start: string;
  /** Absent while it goes on. */
  end?: string;
  open: boolean;
  pipeline: string;
  sink: string;
  /** Id of the event that asked for it; absent where a sink records without a gate. */
  correlationId?: string;
  cause?: Cause;
  seen: boolean;
  /** Its media stays, however old it is and however little room there is. */
  protected: boolean;
}

export interface RecordingPage {
  /** In the order in which they began. */
  value: RecordingResource[];
  /** Absent on the last page. */
  '@continuationToken'?: string;
}

export interface RecordingQuery {
  /** Recordings with media in it. */
  range?: UtcRange | undefined;
  /** 1 to 10 000; default 1000. */
  limit?: number | undefined;
  /** Of the page before. */
  continuationToken?: string | undefined;
}

import type { Clock } from '../core/clock.js';
import { formatDuration } from '../core/duration.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { type Micros, toIso, type UtcMicros } from '../core/time.js';
import { AvaEvent, recordingData, SluiceEvent, subjectOf } from '../events/catalogue.js';
import type { EventPublisher } from '../events/types.js';

/** Whose recording it is, and what caused it. */
export interface RecordingStory {
  pipeline: string;
  sink: string;
  /** Id of the event that asked for the recording. */
  correlationId: string;
}

/** The pre-roll of the first file of an activation, in µs: what was requested, and what the ring could give. */
export interface PreRoll {
  requested: Micros;
  actual: Micros;
  truncated: boolean;
}

/** End and length of a clip. */
export interface ClipExtent {
  endUtc: UtcMicros;
  /** Duration of the part that plays, in seconds. */
  seconds: number;
  /** Pictures in the file, where they were counted. */
  frames?: number;
}

/**
 * Publishes every event about a recording, whether the clip is being written or was left behind by a crash. `location`
 * is the absolute path of the file.
 */
export class RecordingEvents {
  readonly #journal: EventPublisher;
  readonly #clock: Clock;

  constructor(journal: EventPublisher, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  /** @param preRoll null for a file that continues an activation after an interruption. */
  started(story: RecordingStory, location: string, startUtc: UtcMicros, preRoll: PreRoll | null): void {
    this.#publish(story, AvaEvent.RecordingStarted, {
      ...file(location),
      startTime: toIso(startUtc),
      ...(preRoll
        ? {
            requestedPreRoll: formatDuration(preRoll.requested),
            actualPreRoll: formatDuration(preRoll.actual),
            preRollTruncated: preRoll.truncated,
          }
        : { continues: true }),
    });
    if (!preRoll?.truncated) return;
    this.#publish(story, SluiceEvent.PreRollTruncated, {
      ...file(location),
      requested: formatDuration(preRoll.requested),
      actual: formatDuration(preRoll.actual),
      atUtc: toIso(this.#clock.utc()),
    });
  }

  notStarted(story: RecordingStory, error: unknown): void {
    this.#publish(story, AvaEvent.StorageError, {
      code: error instanceof SluiceError ? error.code : 'clipNotStarted',
      message: messageOf(error),
      ...(error instanceof SluiceError && error.hint ? { hint: error.hint } : {}),
    });
  }

  dropped(story: RecordingStory, location: string, track: string, count: number): void {
    this.#publish(story, AvaEvent.DataDropped, {
      dataType: track,
      count,
      cause: 'files could not be written, or not as fast as the camera sends, or the pictures were damaged',
      outputLocation: location,
    });
  }

  stopped(story: RecordingStory, location: string, extent: ClipExtent, reason: string): void {
    this.#publish(story, AvaEvent.RecordingStopped, { ...file(location), ...extentData(extent), reason });
  }

  available(
    story: RecordingStory,
    location: string,
    extent: ClipExtent,
    { bytes, incomplete }: { bytes: number; incomplete: boolean },
  ): void {
    this.#publish(story, AvaEvent.RecordingAvailable, {
      ...file(location),
      ...extentData(extent),
      bytes,
      ...(incomplete ? { incomplete } : {}),
    });
  }

  failed(story: RecordingStory, location: string, code: string, message: string): void {
    this.#publish(story, AvaEvent.StorageError, { code, message, outputLocation: location });
  }

  /** A clip that was open when the engine died has been repaired, or found not to play. */
  recovered(
    story: RecordingStory,
    location: string,
    facts: { state: string; bytes: number; cutBytes: number; reason?: string; removed?: boolean },
  ): void {
    this.#publish(story, SluiceEvent.RecordingRecovered, { ...file(location), ...facts });
  }

  deleted(
    story: RecordingStory,
    location: string,
    facts: { bytes: number; startUtc: UtcMicros; reason: 'maximumSizeMiB' | 'removedByOthers' },
  ): void {
    const { bytes, startUtc, reason } = facts;
    this.#publish(story, SluiceEvent.RecordingDeleted, {
      ...file(location),
      bytes,
      startTime: toIso(startUtc),
      reason,
    });
  }

  #publish({ pipeline, sink, correlationId }: RecordingStory, eventType: string, data: Record<string, unknown>): void {
    this.#journal.publish({
      eventType,
      subject: subjectOf(pipeline, 'sinks', sink),
      eventTime: this.#clock.utc(),
      correlationId,
      pipeline,
      data,
    });
  }
}

const file = (location: string) => recordingData('filePath', location);

const extentData = ({ endUtc, seconds, frames }: ClipExtent) => ({
  endTime: toIso(endUtc),
  duration: seconds,
  ...(frames === undefined ? {} : { frames }),
});

import type { TrackKind } from '../../bridge/types.js';
import type { Clock } from '../core/clock.js';
import { formatDuration } from '../core/duration.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { type Micros, toIso, type UtcMicros } from '../core/time.js';
import { AvaEvent, recordingData, SluiceEvent, subjectOf } from '../events/catalogue.js';
import type { EventData, EventType } from '../events/definitions/index.js';
import type { StopReason } from '../events/definitions/recordings.js';
import type { EventDraft } from '../events/types.js';

/** Whose recording it is, and what caused it. */
export interface RecordingStory {
  pipeline: string;
  sink: string;
  /** Id of the event that asked for the recording; empty if that is not known. */
  correlationId: string;
}

/** The pre-roll of the first file of an activation, in µs: what was requested, and what the ring could give. */
export interface PreRoll {
  requested: Micros;
  actual: Micros;
  truncated: boolean;
}

/**
 * Why a clip is no longer there: the engine has made room, it was old enough, somebody has asked for it, or another program
 * has deleted it.
 */
export type DeletionReason = 'maximumSizeMiB' | 'retentionPeriod' | 'requested' | 'removedByOthers';

/** End and length of a clip. */
export interface ClipExtent {
  endUtc: UtcMicros;
  /** Duration of the part that plays, in seconds. */
  seconds: number;
  /** Pictures in the file, where they were counted. */
  frames?: number;
}

const PICTURES_DROPPED = 'files could not be written, or not as fast as the camera sends, or the pictures were damaged';
const SOUND_DROPPED = 'the sound began, came back or changed while the file was written, or cannot be written to files';

/** Of the event that tells why a clip could not be begun. */
export const codeOf = (error: unknown): string => (error instanceof SluiceError ? error.code : 'clipNotStarted');

/**
 * Words every event about a recording, whether the clip is being written or was left behind by a crash. Whoever changes
 * the clip's row publishes them together with that.
 */
export class RecordingEvents {
  readonly #clock: Clock;
  readonly #outputType: 'filePath' | 'video';

  /** @param outputType what the locations are: absolute paths of files, or names of videos */
  constructor(clock: Clock, outputType: 'filePath' | 'video' = 'filePath') {
    this.#clock = clock;
    this.#outputType = outputType;
  }

  /** @param preRoll null for a file that continues an activation after an interruption. */
  started(story: RecordingStory, location: string, startUtc: UtcMicros, preRoll: PreRoll | null): EventDraft[] {
    const started = this.#draft(story, AvaEvent.RecordingStarted, {
      ...this.#output(location),
      startTime: toIso(startUtc),
      ...(preRoll
        ? {
            requestedPreRoll: formatDuration(preRoll.requested),
            actualPreRoll: formatDuration(preRoll.actual),
            preRollTruncated: preRoll.truncated,
          }
        : { continues: true }),
    });
    if (!preRoll?.truncated) return [started];
    const truncated = this.#draft(story, SluiceEvent.PreRollTruncated, {
      ...this.#output(location),
      requested: formatDuration(preRoll.requested),
      actual: formatDuration(preRoll.actual),
      atUtc: toIso(this.#clock.utc()),
    });
    return [started, truncated];
  }

  notStarted(story: RecordingStory, error: unknown): EventDraft {
    return this.#draft(story, AvaEvent.StorageError, {
      code: codeOf(error),
      message: messageOf(error),
      ...(error instanceof SluiceError && error.hint ? { hint: error.hint } : {}),
    });
  }

  /** Of an activation that found nothing to record between these times. */
  nothing(story: RecordingStory, startUtc: UtcMicros, endUtc: UtcMicros): EventDraft {
    return this.#draft(story, SluiceEvent.NothingRecorded, {
      startTime: toIso(startUtc),
      endTime: toIso(endUtc),
      message: 'the camera has sent nothing in this time that a recording can begin with',
    });
  }

  /** @param beforeUtc what is missing belongs before this time, where that is known */
  dropped(story: RecordingStory, location: string, track: TrackKind, count: number, beforeUtc?: UtcMicros): EventDraft {
    return this.#draft(story, AvaEvent.DataDropped, {
      dataType: track,
      count,
      cause: track === 'audio' ? SOUND_DROPPED : PICTURES_DROPPED,
      outputLocation: location,
      ...(beforeUtc === undefined ? {} : { beforeUtc: toIso(beforeUtc) }),
    });
  }

  stopped(story: RecordingStory, location: string, extent: ClipExtent, reason: StopReason): EventDraft {
    return this.#draft(story, AvaEvent.RecordingStopped, { ...this.#output(location), ...extentData(extent), reason });
  }

  /** @param facts `url`: where it is found on the engine's HTTP server, without host and port */
  available(
    story: RecordingStory,
    location: string,
    extent: ClipExtent,
    { bytes, incomplete, url }: { bytes: number; incomplete: boolean; url: string },
  ): EventDraft {
    return this.#draft(story, AvaEvent.RecordingAvailable, {
      ...this.#output(location),
      ...extentData(extent),
      bytes,
      url,
      ...(incomplete ? { incomplete } : {}),
    });
  }

  failed(story: RecordingStory, location: string, code: string, message: string): EventDraft {
    return this.#draft(story, AvaEvent.StorageError, { code, message, outputLocation: location });
  }

  /** A clip that was open when the engine died has been repaired, or found not to play. */
  recovered(
    story: RecordingStory,
    location: string,
    facts: {
      state: 'finished' | 'recovered' | 'failed';
      bytes: number;
      cutBytes: number;
      reason?: string;
      removed?: boolean;
    },
  ): EventDraft {
    return this.#draft(story, SluiceEvent.RecordingRecovered, { ...this.#output(location), ...facts });
  }

  deleted(
    story: RecordingStory,
    location: string,
    facts: { bytes: number; startUtc: UtcMicros; reason: DeletionReason },
  ): EventDraft {
    const { bytes, startUtc, reason } = facts;
    return this.#draft(story, SluiceEvent.RecordingDeleted, {
      ...this.#output(location),
      bytes,
      startTime: toIso(startUtc),
      reason,
    });
  }

  /** Clips that were found without a row. `folder` is the media folder. */
  adopted(folder: string, facts: { count: number; incomplete: number; leftAlone: number; bytes: number }): EventDraft {
    return {
      eventType: SluiceEvent.RecordingsAdopted,
      subject: '',
      eventTime: this.#clock.utc(),
      data: { folder, ...facts },
    };
  }

  #output(location: string) {
    return recordingData(this.#outputType, location);
  }

  #draft<Type extends EventType>(
    { pipeline, sink, correlationId }: RecordingStory,
    eventType: Type,
    data: EventData<Type>,
  ): EventDraft<Type> {
    return {
      eventType,
      // A clip that was found without a row may belong to no sink.
      subject: pipeline === '' ? '' : subjectOf(pipeline, 'sinks', sink),
      eventTime: this.#clock.utc(),
      ...(correlationId === '' ? {} : { correlationId }),
      ...(pipeline === '' ? {} : { pipeline }),
      data,
    };
  }
}

const extentData = ({ endUtc, seconds, frames }: ClipExtent) => ({
  endTime: toIso(endUtc),
  duration: seconds,
  ...(frames === undefined ? {} : { frames }),
});

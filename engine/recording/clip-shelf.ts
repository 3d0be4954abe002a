import { existsSync, unlinkSync } from 'node:fs';
import type { Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { UtcMicros } from '../core/time.js';
import type { EventPublisher } from '../events/types.js';
import type { Database } from '../store/sqlite.js';
import { ClipIndex, type ClipOutcome, type ClipRecord } from './clip-index.js';
import { requireFreeSpace } from './disk-space.js';
import { expandFileName } from './file-name.js';
import type { MediaFolder } from './media-folder.js';
import { type PreRoll, RecordingEvents, type RecordingStory } from './recording-events.js';
import { Retention, type RetentionReport } from './retention.js';
import { type Swept, settle, sweep } from './sweep.js';

const MIB = 1024 * 1024;

export interface ClipShelfDeps {
  media: MediaFolder;
  db: Database;
  events: EventPublisher;
  clock: Clock;
  log: Logger;
}

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
}

export interface ClipPlan {
  sink: ClipSink;
  /** Id of the event that asked for the recording. */
  correlationId: string;
  /** When the clip's first picture was taken. */
  startUtc: UtcMicros;
  preRoll?: PreRoll;
}

/** The part that plays of a clip whose muxer has failed. */
export interface Rescued {
  bytes: number;
  seconds: number;
  endUtc: UtcMicros;
}

/** The store for the clips of all FileSinks: makes room and names for them, and records what becomes of each. */
export class ClipShelf {
  readonly index: ClipIndex;
  readonly media: MediaFolder;
  readonly #retention: Retention;
  readonly #deps: ClipShelfDeps;
  readonly #events: RecordingEvents;
  /**
   * Outcomes of clips that could not be written to the database yet. They are tried again whenever the shelf is used.
   */
  readonly #owed = new Map<string, ClipOutcome | 'forgotten'>();

  constructor(deps: ClipShelfDeps) {
    this.#deps = deps;
    this.media = deps.media;
    this.index = new ClipIndex(deps.db);
    this.#retention = new Retention(this.index, this.media);
    this.#events = new RecordingEvents(deps.events, deps.clock);
  }

  /**
   * Repairs the clips that the last run left open, and publishes the events that they still need. Call it once, at the
   * start.
   */
  async sweep(): Promise<void> {
    for (const swept of sweep(this.index, this.media)) {
      this.#deps.log.warn(
        { pipeline: swept.clip.pipeline, file: swept.path },
        `a clip had been left open: ${told(swept)}`,
      );
      this.#tellSwept(swept);
    }
  }

  /**
   * Creates a sink's folder, so that a folder that cannot be used is reported before anything is recorded.
   * @throws SluiceError as `MediaFolder.folder` does.
   */
  prepare(baseDirectoryPath: string): void {
    this.media.folder(baseDirectoryPath);
  }

  /**
   * Creates an empty file for a clip, and records that it is being written.
   * @returns its absolute path.
   * @throws SluiceError if there is no room, or no file can be made.
   */
  begin(plan: ClipPlan): string {
    const { sink, correlationId, startUtc, preRoll } = plan;
    const { pipeline } = sink;
    // The sink's own folder: another disk may be mounted there.
    requireFreeSpace(this.media.folder(sink.baseDirectoryPath));
    const stem = expandFileName(sink.fileNamePattern, {
      start: startUtc,
      topologyName: sink.topology,
      pipelineName: pipeline,
    });
    const path = this.media.reserve(sink.baseDirectoryPath, stem);
    this.#payOwed();
    try {
      this.index.begin({
        path: this.media.relative(path),
        pipeline,
        sink: sink.sink,
        correlationId,
        startUtc,
        ...(preRoll ? { requestedPreRoll: preRoll.requested, actualPreRoll: preRoll.actual } : {}),
      });
      // A deleted file's name may be used again. An outcome that was left over for the old file is not that of the new
      // one.
      this.#owed.delete(this.media.relative(path));
    } catch (error) {
      unlinkSync(path);
      throw new SluiceError('ClipNotCreated', `the clip cannot be written to the database: ${messageOf(error)}`, {
        kind: 'unavailable',
        where: { pipeline, node: sink.sink, file: path },
        hint: 'Check the free space and the permissions of the data folder.',
        cause: error,
      });
    }
    return path;
  }

  /** The clip is complete. */
  finished(path: string, facts: { bytes: number; endUtc: UtcMicros }): void {
    this.#note(this.media.relative(path), { state: 'finished', ...facts });
  }

  /**
   * The muxer of a clip has failed: makes what it wrote playable.
   * @returns the part that plays, or null if nothing does. An empty file is removed. If the database cannot be read the clip
   *   stays as it is, for the sweep at the next start.
   */
  rescue(path: string, failure: string): Rescued | null {
    const clip = this.#known(path);
    if (!clip) return null;
    const { outcome, seconds, removed } = settle(clip, this.media);
    const reason = outcome.reason === undefined ? failure : `${failure}; ${outcome.reason}`;
    this.#note(clip.path, removed ? 'forgotten' : { ...outcome, reason });
    return outcome.state === 'failed' ? null : { bytes: outcome.bytes, seconds, endUtc: outcome.endUtc };
  }

  /** The file of a clip was removed, moved or replaced while it was written. */
  gone(path: string, endUtc: UtcMicros): void {
    const reason = 'its file was removed while it was written';
    // Moved away with its folder, it may come back. Another file of its name is not the engine's to delete.
    const outcome: ClipOutcome | 'forgotten' = existsSync(path)
      ? 'forgotten'
      : { state: 'failed', bytes: 0, endUtc, reason };
    this.#note(this.media.relative(path), outcome);
  }

  /** Deletes the sink's oldest clips while its clips exceed `maximumSizeMiB`, and publishes an event for each. */
  enforceBudget(sink: ClipSink): void {
    let report: RetentionReport;
    try {
      report = this.#retention.enforce(sink, sink.maximumSizeMiB * MIB);
    } catch (error) {
      // The next clip tries again.
      const where = { pipeline: sink.pipeline, node: sink.sink };
      this.#deps.log.error(where, `the budget cannot be enforced: ${messageOf(error)}`);
      return;
    }
    const { deleted, gone, failure } = report;
    for (const clip of deleted) this.#tellDeleted(clip, 'maximumSizeMiB');
    for (const clip of gone) this.#tellDeleted(clip, 'removedByOthers');
    if (!failure) return;
    this.#events.failed(failure.clip, this.media.absolute(failure.clip.path), 'clipNotDeleted', failure.message);
  }

  #known(path: string): ClipRecord | undefined {
    try {
      return this.index.get(this.media.relative(path));
    } catch (error) {
      this.#deps.log.error({ file: path }, `nothing can be read about a clip: ${messageOf(error)}`);
      return undefined;
    }
  }

  /** Records the outcome of a clip, now or once the database can be written again. Until then it counts as open. */
  #note(path: string, outcome: ClipOutcome | 'forgotten'): void {
    this.#owed.set(path, outcome);
    this.#payOwed();
  }

  #payOwed(): void {
    for (const [path, outcome] of this.#owed) {
      try {
        if (outcome === 'forgotten') this.index.forget(path);
        else this.index.end(path, outcome);
        this.#owed.delete(path);
      } catch (error) {
        this.#deps.log.error(
          { file: path },
          `the end of a clip cannot be written to the database yet: ${messageOf(error)}`,
        );
        return;
      }
    }
  }

  /** Tries a last time to write outcomes that are left. Those that cannot be written are swept at the next start. */
  close(): void {
    this.#payOwed();
  }

  #tellSwept({ clip, path, outcome, seconds, cut, removed }: Swept): void {
    const story: RecordingStory = clip;
    const { state, bytes, reason, endUtc } = outcome;
    const extent = { endUtc, seconds };
    this.#events.stopped(story, path, extent, 'engineDied');
    if (state !== 'failed') this.#events.available(story, path, extent, { bytes, incomplete: state === 'recovered' });
    this.#events.recovered(story, path, {
      state,
      bytes,
      cutBytes: cut,
      ...(reason === undefined ? {} : { reason }),
      ...(removed ? { removed } : {}),
    });
  }

  #tellDeleted(clip: ClipRecord, reason: 'maximumSizeMiB' | 'removedByOthers'): void {
    const { bytes, startUtc } = clip;
    this.#events.deleted(clip, this.media.absolute(clip.path), { bytes, startUtc, reason });
  }
}

const told = ({ outcome, cut, removed }: Swept): string => {
  if (removed) return outcome.reason ?? 'it was empty';
  if (outcome.state === 'finished') return 'it is complete';
  if (outcome.state === 'failed') return `it does not play: ${outcome.reason}`;
  return cut > 0
    ? `it plays; ${cut} bytes of an unfinished fragment were cut off`
    : 'it plays as far as it was written';
};

import { existsSync } from 'node:fs';
import type { Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { UtcMicros } from '../core/time.js';
import { Causes } from '../events/causes.js';
import type { StopReason } from '../events/definitions/recordings.js';
import type { EventCommitter, EventDraft } from '../events/types.js';
import type { Database } from '../store/sqlite.js';
import { adoptOrphans } from './adopt.js';
import { claimAdopted } from './claim-adopted.js';
import { ClipIndex } from './clip-index.js';
import { ClipKeeping } from './clip-keeping.js';
import type { ClipEnding, ClipPlan, ClipSink, OpenClip, Rescued } from './clip-plan.js';
import { requireFreeSpace } from './disk-space.js';
import { expandFileName, type NameKeeper } from './file-name.js';
import type { MediaFolder } from './media-folder.js';
import { RecordingEvents } from './recording-events.js';
import { ReservedNames } from './reserved-names.js';
import { settle, sweep } from './sweep.js';
import { clipUrl } from './urls.js';

export interface ClipShelfDeps {
  media: MediaFolder;
  db: Database;
  /** The journal in the same database. */
  events: EventCommitter;
  clock: Clock;
  log: Logger;
}

/**
 * The store for the clips of all FileSinks: makes room and names for them, records what becomes of each, and tells it. A
 * clip's row and the events about it always change in one transaction, so that neither can be without the other.
 */
export class ClipShelf {
  readonly index: ClipIndex;
  readonly media: MediaFolder;
  readonly keeping: ClipKeeping;
  readonly #deps: ClipShelfDeps;
  readonly #names: ReservedNames;
  readonly #events: RecordingEvents;
  readonly #causes: Causes;

  constructor(deps: ClipShelfDeps) {
    this.#deps = deps;
    this.media = deps.media;
    this.index = new ClipIndex(deps.db);
    this.#events = new RecordingEvents(deps.clock);
    this.#causes = new Causes(deps.events);
    const { events: journal, clock, log } = deps;
    const { index, media } = this;
    this.#names = new ReservedNames({ index, media, events: journal, log });
    this.keeping = new ClipKeeping({ index, media, journal, events: this.#events, clock, log });
  }

  /**
   * Finishes what the last run left behind, and publishes the events that are still owed. Call it once, at the start.
   * @param adopt the database does not know the clips of earlier runs: gives a row to those that are in the media folder.
   */
  async sweep({ adopt = false }: { adopt?: boolean } = {}): Promise<void> {
    const { events: journal, log } = this.#deps;
    const { index, media } = this;
    const deps = { index, media, retention: this.keeping.retention, journal, events: this.#events, log };
    sweep(deps);
    if (adopt || index.tasks.owes('adopt')) adoptOrphans(deps);
  }

  /**
   * Creates a sink's folder, so that a folder that cannot be used is reported before anything is recorded, and takes
   * adopted clips that are the sink's own.
   * @throws SluiceError as `MediaFolder.folder` does.
   */
  prepare(sink: ClipSink): void {
    const folder = this.media.folder(sink.baseDirectoryPath);
    this.keeping.note(sink);
    try {
      const clips = claimAdopted(this.index, this.media.relative(folder), sink);
      if (clips > 0) this.#deps.log.info({ pipeline: sink.pipeline, clips }, 'the sink has got back clips of its own');
    } catch (error) {
      // The next activation tries again.
      this.#deps.log.error({ pipeline: sink.pipeline }, `adopted clips cannot be looked at: ${messageOf(error)}`);
    }
  }

  /**
   * Creates an empty file for a clip, records that it is being written, and tells it.
   *
   * The name is noted before the file is created, and the file is there before the clip has begun: whatever is left
   * behind in between is known, and has no story yet.
   * @throws SluiceError if there is no room, or no file can be made. Nothing is told then; see `notBegun`.
   */
  begin(plan: ClipPlan): OpenClip {
    const { sink, startUtc } = plan;
    // The sink's own folder: another disk may be mounted there.
    requireFreeSpace(this.media.folder(sink.baseDirectoryPath));
    const stem = expandFileName(sink.fileNamePattern, {
      start: startUtc,
      topologyName: sink.topology,
      pipelineName: sink.pipeline,
    });
    const names: NameKeeper = {
      claim: (path) => this.#claim(path, sink),
      release: (path) => this.#names.release(path),
    };
    const location = this.media.reserve(sink.baseDirectoryPath, stem, names);
    try {
      return this.#record(plan, location);
    } catch (error) {
      this.#names.abandon(location);
      throw notRecorded(location, sink, error);
    }
  }

  /** `begin` has failed: tells why. */
  notBegun({ sink, correlationId }: ClipPlan, error: unknown): void {
    const story = { pipeline: sink.pipeline, sink: sink.sink, correlationId };
    this.#deps.events.publish(this.#events.notStarted(story, error));
  }

  /** An activation has found nothing to record between these times. */
  nothing(sink: ClipSink, correlationId: string, startUtc: UtcMicros, endUtc: UtcMicros): void {
    const story = { pipeline: sink.pipeline, sink: sink.sink, correlationId };
    this.#deps.events.publish(this.#events.nothing(story, startUtc, endUtc));
  }

  /** Pictures that belong behind those of a file, or into it, and are in none. */
  lost(sink: ClipSink, correlationId: string, location: string, pictures: number): void {
    const story = { pipeline: sink.pipeline, sink: sink.sink, correlationId };
    this.#deps.events.publish(this.#events.dropped(story, location, 'video', pictures));
  }

  /**
   * The clip is complete.
   * @param reason why it ended.
   */
  finished(clip: OpenClip, ending: ClipEnding, facts: { reason: StopReason; bytes: number }): void {
    const { bytes, reason } = facts;
    const { endUtc, frames } = ending.extent;
    this.#end(clip, () => this.index.end(clip.id, { state: 'finished', bytes, endUtc, frames }), [
      ...this.#stopped(clip, ending, reason),
      this.#events.available(clip, clip.location, ending.extent, { bytes, incomplete: false, url: clipUrl(clip.id) }),
    ]);
  }

  /**
   * The muxer of a clip has failed: makes what it wrote playable.
   * @returns the part that plays, or null if nothing does. An empty file is removed.
   */
  rescue(clip: OpenClip, ending: ClipEnding, failure: { code: string; message: string }): Rescued | null {
    const { location } = clip;
    const { outcome, seconds, removed } = settle(clip, this.media);
    const { state, bytes, frames = 0, endUtc } = outcome;
    const reason = outcome.reason === undefined ? failure.message : `${failure.message}; ${outcome.reason}`;
    const rescued = state === 'failed' ? null : { bytes, frames, seconds, endUtc };
    const drafts = [
      ...this.#stopped(clip, ending, 'failed'),
      this.#events.failed(clip, location, failure.code, failure.message),
      ...(rescued
        ? [this.#events.available(clip, location, rescued, { bytes, incomplete: true, url: clipUrl(clip.id) })]
        : []),
    ];
    this.#end(
      clip,
      () => (removed ? this.index.forget(clip.id) : this.index.end(clip.id, { ...outcome, reason })),
      drafts,
    );
    return rescued;
  }

  /** The file of a clip was removed, moved or replaced while it was written. */
  gone(clip: OpenClip, ending: ClipEnding, failure: { code: string; message: string }): void {
    const { endUtc } = ending.extent;
    // Moved away with its folder, it may come back. Another file of its name is not the engine's to delete.
    const another = existsSync(clip.location);
    const outcome = { state: 'failed', bytes: 0, endUtc, reason: failure.message } as const;
    this.#end(clip, () => (another ? this.index.forget(clip.id) : this.index.end(clip.id, outcome)), [
      ...this.#stopped(clip, ending, 'failed'),
      this.#events.failed(clip, clip.location, failure.code, failure.message),
    ]);
  }

  /** Deletes the sink's oldest clips while its clips exceed `maximumSizeMiB`, and publishes an event for each. */
  enforceBudget(sink: ClipSink): void {
    this.keeping.enforceBudget(sink);
  }

  /** As `ReservedNames.claim`, with an error that names the sink. */
  #claim(location: string, sink: ClipSink): boolean {
    try {
      return this.#names.claim(location);
    } catch (error) {
      throw notRecorded(location, sink, error);
    }
  }

  #record({ sink, correlationId, startUtc, preRoll }: ClipPlan, location: string): OpenClip {
    const path = this.media.relative(location);
    const story = { pipeline: sink.pipeline, sink: sink.sink, correlationId };
    // A file of this name was there, and somebody has deleted it: its story ends before the next begins.
    const earlier = this.index.get(path);
    const drafts = this.#events.started(story, location, startUtc, preRoll ?? null);
    if (earlier) drafts.unshift(this.keeping.deleted(earlier, earlier.deleting ?? 'removedByOthers'));
    const row = {
      path,
      ...story,
      topology: sink.topology,
      startUtc,
      ...(preRoll ? { requestedPreRoll: preRoll.requested, actualPreRoll: preRoll.actual } : {}),
    };
    let id = 0;
    this.#deps.events.commitNow(() => {
      if (earlier) this.index.forget(earlier.id);
      id = this.index.begin({ ...row, cause: this.#causes.of(correlationId) });
    }, drafts);
    return { id, path, location, ...story, startUtc };
  }

  #stopped(clip: OpenClip, { extent, lost, lostSound = 0 }: ClipEnding, reason: StopReason): EventDraft[] {
    const missing = [['video', lost] as const, ['audio', lostSound] as const].filter(([, count]) => count > 0);
    return [
      ...missing.map(([track, count]) => this.#events.dropped(clip, clip.location, track, count)),
      this.#events.stopped(clip, clip.location, extent, reason),
    ];
  }

  /** Until its end is written a clip counts as open. If it never is, the sweep of the next start closes its story. */
  #end({ location: file, pipeline }: OpenClip, change: () => void, drafts: EventDraft[]): void {
    const outcome = this.#deps.events.commit(change, drafts);
    if (outcome === 'waiting') this.#deps.log.error({ pipeline, file }, 'the end of a clip cannot be written yet');
    if (outcome === 'lost')
      this.#deps.log.error({ pipeline, file }, 'the end of a clip cannot be written before the next start');
  }
}

const notRecorded = (file: string, { pipeline, sink }: ClipSink, error: unknown): SluiceError =>
  new SluiceError('ClipNotCreated', `the clip cannot be written to the database: ${messageOf(error)}`, {
    kind: 'unavailable',
    where: { pipeline, node: sink, file },
    hint: 'Check the free space and the permissions of the data folder.',
    cause: error,
  });

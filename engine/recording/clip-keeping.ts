import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { UtcMicros } from '../core/time.js';
import type { EventCommitter, EventDraft } from '../events/types.js';
import type { ClipIndex, ClipRecord } from './clip-index.js';
import type { ClipSink } from './clip-plan.js';
import type { MediaFolder } from './media-folder.js';
import type { DeletionReason, RecordingEvents } from './recording-events.js';
import { Retention, type RetentionReport } from './retention.js';

const MIB = 1024 * 1024;
/** How often is looked whether clips have become too old. */
const AGE_EVERY_MS = 60_000;

export interface ClipKeepingDeps {
  index: ClipIndex;
  media: MediaFolder;
  journal: EventCommitter;
  events: RecordingEvents;
  clock: Clock;
  log: Logger;
}

/** Which clips stay, and which go: by the budget and the retention period of their sink, or because somebody asks. */
export class ClipKeeping {
  readonly retention: Retention;
  readonly #deps: ClipKeepingDeps;
  #cancel: CancelTimer | undefined;

  constructor(deps: ClipKeepingDeps) {
    this.#deps = deps;
    this.retention = new Retention({
      index: deps.index,
      media: deps.media,
      forget: (clip, reason) => deps.journal.commit(() => deps.index.forget(clip.id), [this.deleted(clip, reason)]),
    });
  }

  /** From now on, clips that are too old are removed. */
  start(): void {
    this.#cancel = every(this.#deps.clock, AGE_EVERY_MS, () => this.removeOld());
  }

  stop(): void {
    this.#cancel?.();
  }

  /** Notes how long a sink's clips are kept from now on, also when it does not run. */
  note(sink: ClipSink): void {
    const { index, journal } = this.#deps;
    journal.commit(() => index.setRetention(sink, sink.retentionPeriod), []);
  }

  /** Deletes the sink's oldest clips while its clips exceed `maximumSizeMiB`, and publishes an event for each. */
  enforceBudget(sink: ClipSink): void {
    try {
      this.#tell(this.retention.enforce(sink, sink.maximumSizeMiB * MIB));
    } catch (error) {
      // The next clip tries again.
      const where = { pipeline: sink.pipeline, node: sink.sink };
      this.#deps.log.error(where, `the budget cannot be enforced: ${messageOf(error)}`);
    }
  }

  /** Deletes the clips that are older than the retention period of their sink, and publishes an event for each. */
  removeOld(): void {
    const { index, media, clock, log } = this.#deps;
    try {
      // What became of files is seen when the folder is back with them.
      if (!media.present) return;
      for (const { period, ...sink } of index.retentions())
        this.#tell(this.retention.removeOld(sink, (clock.utc() - period) as UtcMicros));
    } catch (error) {
      // The next time tries again.
      log.error(`old clips cannot be removed: ${messageOf(error)}`);
    }
  }

  /**
   * Deletes one clip, because somebody asks for it.
   * @throws SluiceError `ClipNotDeleted` if its file cannot be deleted
   */
  remove(clip: ClipRecord): void {
    const { failure } = this.retention.remove(clip, 'requested');
    if (!failure) return;
    throw new SluiceError('ClipNotDeleted', `the clip cannot be deleted: ${failure.message}`, {
      kind: 'unavailable',
      where: { file: this.#deps.media.absolute(clip.path) },
      hint: 'Check that the engine may write to the folder of the clip, and try again.',
    });
  }

  /** The event that tells of a deletion. */
  deleted(clip: ClipRecord, reason: DeletionReason): EventDraft {
    const { bytes, startUtc } = clip;
    return this.#deps.events.deleted(clip, this.#deps.media.absolute(clip.path), { bytes, startUtc, reason });
  }

  #tell({ failure }: RetentionReport): void {
    if (!failure) return;
    const { media, journal, events } = this.#deps;
    const location = media.absolute(failure.clip.path);
    journal.publish(events.failed(failure.clip, location, 'clipNotDeleted', failure.message));
  }
}

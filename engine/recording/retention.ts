import { statSync, unlinkSync } from 'node:fs';
import { messageOf, systemCode } from '../core/errors.js';
import type { UtcMicros } from '../core/time.js';
import type { CommitOutcome } from '../events/types.js';
import type { ClipIndex, ClipRecord, SinkId } from './clip-index.js';
import type { MediaFolder } from './media-folder.js';
import type { DeletionReason } from './recording-events.js';

/** Files checked in each pass, to find those that another program has deleted. */
const CHECKED_EACH_TIME = 512;
const BATCH = 64;

export interface RetentionDeps {
  index: ClipIndex;
  media: MediaFolder;
  /** Removes the row of a clip whose file is gone, and publishes why, in one transaction. */
  forget(clip: ClipRecord, reason: DeletionReason): CommitOutcome;
}

export interface RetentionReport {
  /** Clips that were deleted, oldest first. */
  deleted: ClipRecord[];
  /** Clips whose files another program had deleted. */
  gone: ClipRecord[];
  /** Why room could not be made. The pass ends at the first failure. */
  failure: { clip: ClipRecord; message: string } | undefined;
  /** Size of the sink's files in bytes, including those that are being written. */
  bytes: number;
}

/**
 * Deletes clips: the oldest of a sink to keep it within its budget, those that are old enough, and those that somebody asks
 * for. To make room, it never touches a clip that is being written, one that somebody wants to keep, the newest of the
 * others, a file of another sink, or one that the engine did not make.
 *
 * A row is marked before its file is deleted, so that after a crash in between the next start finishes what was begun,
 * and tells the right reason.
 */
export class Retention {
  readonly #deps: RetentionDeps;
  /** Id of the clip up to which the files of each sink have been checked. */
  readonly #checked = new Map<string, number>();
  /** Clips whose files are gone, and whose rows wait until the database can be written. By id. */
  readonly #waiting = new Map<number, ClipRecord>();

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** @throws what SQLite says if the index cannot be read. */
  enforce(sink: SinkId, maxBytes: number): RetentionReport {
    const { index } = this.#deps;
    for (const { id, path } of this.#waiting.values()) if (index.get(path)?.id !== id) this.#waiting.delete(id);
    const report = this.#report(this.#bytes(sink));
    if (report.bytes <= maxBytes) return report;
    this.#notice(sink, report);
    report.bytes = this.#bytes(sink);
    while (report.bytes > maxBytes && !report.failure) {
      // Ask for one more than may be deleted, because the newest clip always stays.
      const candidates = this.#present(index.oldestFreeOf(sink, BATCH + 1 + this.#waiting.size));
      const deletable = candidates.slice(0, Math.min(BATCH, candidates.length - 1));
      if (deletable.length === 0) break;
      for (const clip of deletable) {
        if (report.bytes <= maxBytes || report.failure) break;
        this.#delete(clip, 'maximumSizeMiB', report);
      }
    }
    return report;
  }

  /**
   * Deletes the clips of a sink that ended before a time, but for those that somebody wants to keep.
   * @throws what SQLite says if the index cannot be read.
   */
  removeOld(sink: SinkId, before: UtcMicros): RetentionReport {
    const report = this.#report(0);
    while (!report.failure) {
      const due = this.#present(this.#deps.index.endedBefore(sink, before, BATCH + this.#waiting.size));
      if (due.length === 0) break;
      for (const clip of due) if (!report.failure) this.#delete(clip, 'retentionPeriod', report);
    }
    return report;
  }

  /** Deletes one clip. Whether it may be is for the caller to know. */
  remove(clip: ClipRecord, reason: DeletionReason): RetentionReport {
    const report = this.#report(0);
    this.#delete(clip, reason, report);
    return report;
  }

  /** Deletes what a crash has kept the last run from deleting. */
  finish(): RetentionReport {
    const report = this.#report(0);
    for (const clip of this.#deps.index.marked()) this.#delete(clip, clip.deleting ?? 'maximumSizeMiB', report);
    return report;
  }

  #report(bytes: number): RetentionReport {
    return { deleted: [], gone: [], failure: undefined, bytes };
  }

  #delete(clip: ClipRecord, reason: DeletionReason, report: RetentionReport): void {
    let found = false;
    try {
      const path = this.#deps.media.find(clip.path);
      found = path !== undefined;
      if (path) {
        this.#mark(clip, reason);
        unlinkSync(path);
      }
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') {
        this.#mark(clip, undefined);
        report.failure = { clip, message: messageOf(error) };
        return;
      }
      found = false;
    }
    this.#forget(clip, found ? reason : (clip.deleting ?? 'removedByOthers'), report);
  }

  #forget(clip: ClipRecord, reason: DeletionReason, report: RetentionReport): void {
    const outcome = this.#deps.forget(clip, reason);
    if (outcome === 'waiting') this.#waiting.set(clip.id, clip);
    if (outcome === 'lost') report.failure ??= { clip, message: 'its deletion cannot be written to the event log' };
    report.bytes -= clip.bytes;
    (reason === 'removedByOthers' ? report.gone : report.deleted).push(clip);
  }

  #mark(clip: ClipRecord, why: DeletionReason | undefined): void {
    try {
      this.#deps.index.mark(clip.id, why);
    } catch {
      // On a full disk, room must be made all the same. After a crash the file counts as deleted by others.
    }
  }

  #bytes(sink: SinkId): number {
    const { index } = this.#deps;
    const open = index.open().filter((clip) => belongs(clip, sink));
    const closed = [...this.#waiting.values()]
      .filter((clip) => belongs(clip, sink))
      .reduce((sum, clip) => sum - clip.bytes, index.bytesOf(sink));
    return open.reduce((sum, clip) => sum + (this.#size(clip) ?? 0), closed);
  }

  /** Checks a part of the sink's files, from where the last pass stopped. Forgets those that are gone. */
  #notice(sink: SinkId, report: RetentionReport): void {
    const key = JSON.stringify([sink.pipeline, sink.sink]);
    const clips = this.#deps.index.oldestOf(sink, CHECKED_EACH_TIME, this.#checked.get(key) ?? 0);
    this.#checked.set(key, clips.length < CHECKED_EACH_TIME ? 0 : clips.at(-1)!.id);
    for (const clip of this.#present(clips)) {
      if (this.#size(clip) !== undefined) continue;
      this.#forget(clip, clip.deleting ?? 'removedByOthers', report);
    }
  }

  /** Without those whose files are known to be gone. */
  #present(clips: ClipRecord[]): ClipRecord[] {
    return clips.filter(({ id }) => !this.#waiting.has(id));
  }

  /** Undefined if there is no such file. */
  #size(clip: ClipRecord): number | undefined {
    return statSync(this.#deps.media.absolute(clip.path), { throwIfNoEntry: false })?.size;
  }
}

const belongs = (clip: ClipRecord, sink: SinkId): boolean => clip.pipeline === sink.pipeline && clip.sink === sink.sink;

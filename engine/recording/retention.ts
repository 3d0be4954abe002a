import { statSync, unlinkSync } from 'node:fs';
import { messageOf, systemCode } from '../core/errors.js';
import type { ClipIndex, ClipRecord, SinkId } from './clip-index.js';
import type { MediaFolder } from './media-folder.js';

/** Files checked in each pass, to find those that another program has deleted. */
const CHECKED_EACH_TIME = 512;
const BATCH = 64;

export interface RetentionReport {
  /** Clips that were deleted to make room, oldest first. */
  deleted: ClipRecord[];
  /** Clips whose files another program had deleted. */
  gone: ClipRecord[];
  /** Why room could not be made. The pass ends at the first failure. */
  failure: { clip: ClipRecord; message: string } | undefined;
  /** Size of the sink's files in bytes, including those that are being written. */
  bytes: number;
}

/**
 * Keeps a sink within its budget by deleting its oldest clips. Never touches a clip that is being written, the newest
 * finished one, a file of another sink, or one that the engine did not make.
 */
export class Retention {
  readonly #index: ClipIndex;
  readonly #media: MediaFolder;
  /** Id of the clip up to which the files of each sink have been checked. */
  readonly #checked = new Map<string, number>();

  constructor(index: ClipIndex, media: MediaFolder) {
    this.#index = index;
    this.#media = media;
  }

  enforce(sink: SinkId, maxBytes: number): RetentionReport {
    const report: RetentionReport = { deleted: [], gone: [], failure: undefined, bytes: this.#bytes(sink) };
    if (report.bytes <= maxBytes) return report;
    report.gone.push(...this.#notice(sink));
    report.bytes = this.#bytes(sink);
    while (report.bytes > maxBytes && !report.failure) {
      // Ask for one more than may be deleted, because the newest clip always stays.
      const candidates = this.#index.oldestOf(sink, BATCH + 1);
      const deletable = candidates.slice(0, Math.min(BATCH, candidates.length - 1));
      if (deletable.length === 0) break;
      for (const clip of deletable) {
        if (report.bytes <= maxBytes || report.failure) break;
        this.#delete(clip, report);
      }
    }
    return report;
  }

  #delete(clip: ClipRecord, report: RetentionReport): void {
    try {
      const path = this.#media.find(clip.path);
      if (path) unlinkSync(path);
      (path ? report.deleted : report.gone).push(clip);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') {
        report.failure = { clip, message: messageOf(error) };
        return;
      }
      report.gone.push(clip);
    }
    report.bytes -= clip.bytes;
    try {
      this.#index.forget(clip.path);
    } catch (error) {
      // The file is deleted. A later pass will find its row without a file, and remove it.
      report.failure = { clip, message: messageOf(error) };
    }
  }

  #bytes(sink: SinkId): number {
    const open = this.#index.open().filter((clip) => clip.pipeline === sink.pipeline && clip.sink === sink.sink);
    return open.reduce((sum, clip) => sum + (this.#size(clip) ?? 0), this.#index.bytesOf(sink));
  }

  /** Checks a part of the sink's files, from where the last pass stopped. Forgets and returns those that are gone. */
  #notice(sink: SinkId): ClipRecord[] {
    const key = JSON.stringify([sink.pipeline, sink.sink]);
    const clips = this.#index.oldestOf(sink, CHECKED_EACH_TIME, this.#checked.get(key) ?? 0);
    this.#checked.set(key, clips.length < CHECKED_EACH_TIME ? 0 : clips.at(-1)!.id);
    const gone = clips.filter((clip) => this.#size(clip) === undefined);
    for (const clip of gone) this.#index.forget(clip.path);
    return gone;
  }

  /** Undefined if there is no such file. */
  #size(clip: ClipRecord): number | undefined {
    return statSync(this.#media.absolute(clip.path), { throwIfNoEntry: false })?.size;
  }
}

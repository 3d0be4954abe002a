import { basename, dirname, join } from 'node:path';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { ArchiveIndex, Segment } from './archive-index.js';
import { appendToDay } from './day-file.js';
import { LEDGER_FILE, type LedgerLine } from './ledger-lines.js';
import type { Recording } from './recording-index.js';
import { dayFolder } from './segment-name.js';

export interface LedgerWriterDeps {
  media: MediaFolder;
  videos: Pick<ArchiveIndex, 'video'>;
  log: Logger;
}

/**
 * Writes down beside the media what the database alone would know: who recorded it and why, what people noted of it, and
 * checksums. The database is what counts; this is for the day when it is lost.
 */
export class LedgerWriter {
  readonly #deps: LedgerWriterDeps;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: LedgerWriterDeps) {
    this.#deps = deps;
  }

  segment({ path, pipeline, sink, bytes }: Pick<Segment, 'path' | 'pipeline' | 'sink' | 'bytes'>, sums: Buffer): void {
    const line = { segment: basename(path), pipeline, sink, bytes, checksums: sums.toString('base64') };
    this.#add(join(dirname(path), LEDGER_FILE), line);
  }

  /** It is as this says from now on. */
  recording(recording: Recording | undefined): void {
    const folder = recording && this.#deps.videos.video(recording.video)?.folder;
    if (!recording || folder === undefined) return;
    const { id, pipeline, sink, correlationId, state, startUtc, endUtc, cause, seen, protection } = recording;
    this.#add(join(folder, dayFolder(startUtc), LEDGER_FILE), {
      ...{ recording: id, pipeline, sink, correlationId, state, start: startUtc },
      ...(endUtc === undefined ? {} : { end: endUtc }),
      ...(cause ? { cause } : {}),
      ...{ seen, protected: protection !== undefined },
    });
  }

  /** Resolves when everything is on the disk. */
  async done(): Promise<void> {
    await this.#writing;
  }

  #add(file: string, line: LedgerLine): void {
    const path = this.#deps.media.absolute(file);
    this.#writing = this.#writing.then(() => this.#append(path, `\n${JSON.stringify(line)}\n`));
  }

  /** With a line feed in front: what a crash has torn off stands in a line of its own. */
  async #append(path: string, text: string): Promise<void> {
    try {
      await appendToDay(path, text, { flush: true });
    } catch (error) {
      this.#deps.log.error({ file: path }, `the ledger cannot be written: ${messageOf(error)}`);
    }
  }
}

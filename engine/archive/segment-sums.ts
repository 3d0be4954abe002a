import { messageOf, systemCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { EventCommitter } from '../events/types.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { ArchiveIndex, Segment } from './archive-index.js';
import { checksumsOf } from './checksums.js';
import type { LedgerWriter } from './ledger-writer.js';

export interface SegmentSumsDeps {
  media: MediaFolder;
  index: ArchiveIndex;
  events: EventCommitter;
  ledger: LedgerWriter;
  log: Logger;
}

type Summed = Pick<Segment, 'id' | 'path' | 'bytes' | 'pipeline' | 'sink'>;

/**
 * Gives segments that are over their checksums. Where the muxer has not made them, their files are read for it: one after
 * another, a little at a time, while what was written is in the kernel's memory still. A recording does not wait for it. What
 * an end prevents is done at the next start.
 */
export class SegmentSums {
  readonly #deps: SegmentSumsDeps;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(deps: SegmentSumsDeps) {
    this.#deps = deps;
  }

  /** Its muxer has made them, and they are in the index. */
  known(segment: Summed, sums: Buffer): void {
    this.#deps.ledger.segment(segment, sums);
  }

  add(segment: Summed): void {
    this.#working = this.#working.then(() => this.#sum(segment));
  }

  /** Leaves the rest to the next start: after three hundred cameras, an orderly end would take minutes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  /** Resolves when all that were added have theirs. */
  async done(): Promise<void> {
    await this.#working;
  }

  async #sum(segment: Summed): Promise<void> {
    if (this.#stopped) return;
    const { id, path, bytes } = segment;
    const { media, index, events, ledger, log } = this.#deps;
    try {
      const file = media.find(path);
      const sums = file === undefined ? undefined : await checksumsOf(file, bytes);
      if (!sums) return;
      events.commit(() => index.putChecksums(id, sums), []);
      ledger.segment(segment, sums);
    } catch (error) {
      // Retention may have been faster.
      if (systemCode(error) !== 'ENOENT')
        log.warn({ file: media.absolute(path) }, `a segment has no checksums: ${messageOf(error)}`);
    }
  }
}

import { statSync, unlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { type Micros, toIso, type UtcMicros } from '../core/time.js';
import { recordingData, SluiceEvent } from '../events/catalogue.js';
import type { EventCommitter, EventDraft } from '../events/types.js';
import { diskBytes } from '../recording/disk-space.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { ArchiveIndex, Segment } from './archive-index.js';
import { removeLeftovers } from './day-leftovers.js';
import type { PreviewShelf } from './preview-shelf.js';
import type { Protection } from './protection.js';
import type { RecordingIndex } from './recording-index.js';
import { dayFolder } from './segment-name.js';

/** Why media is removed. */
export type RemovalReason = 'retentionPeriod' | 'maximumSize' | 'minimumFree' | 'requested';

export interface RetentionSettings {
  /** Bytes that the segments and pictures of all videos may take. */
  maximumSize: number;
  /** Bytes that must stay free on the disk; on a small one less. */
  minimumFree: number;
}

export interface RetentionDeps {
  media: MediaFolder;
  index: ArchiveIndex;
  recordings: RecordingIndex;
  protection: Protection;
  previews: Pick<PreviewShelf, 'bytes' | 'tidy'>;
  events: EventCommitter;
  clock: { utc(): UtcMicros };
  log: Logger;
  /** For tests. Bytes on the disk of a path. */
  disk?: (path: string) => { free: number; total: number };
}

/** With less than 64 MiB no recording is begun. */
const LEAST_FREE = 96 * 1024 * 1024;
/** Segments that are looked at in one step. */
const STEP = 64;
/** Pictures may come before the row of their media. */
const LEFT_ALONE: Micros = 7_200_000_000;
/** Media of a video that is so new is only removed when nothing could be recorded otherwise. */
const NEWEST: Micros = 60_000_000;

/**
 * Removes media of videos: what is older than a video's retention period, and the oldest of all while there is not enough
 * room. Open segments and protected ranges stay, and so does the newest minute of each video while anything can be recorded
 * without its room. Each removal is told.
 */
export class ArchiveRetention {
  readonly #deps: RetentionDeps;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Removes what is older than its video's retention period. */
  removeOld(): void {
    for (const { name, retentionPeriod } of this.#deps.index.videos()) {
      if (retentionPeriod !== undefined) this.#removeOlder(name, retentionPeriod);
      this.#tidyBefore(name);
    }
  }

  /** Removes the oldest media while there is not enough room. */
  makeRoom({ maximumSize, minimumFree }: RetentionSettings): void {
    const { index, media, previews, disk = diskBytes } = this.#deps;
    const excess = index.bytes(null) + previews.bytes() - maximumSize;
    if (excess > 0) this.#makeRoom('maximumSize', (removed) => removed < excess);
    const isBelow = (least: (total: number) => number) => () => {
      const { free, total } = disk(media.root);
      return free < least(total);
    };
    this.#makeRoom(
      'minimumFree',
      isBelow((total) => Math.max(LEAST_FREE, Math.min(minimumFree, total / 4))),
    );
    // Cameras that fill the disk within a minute would stop being recorded, and their newest minute would never be over.
    this.#makeRoom(
      'minimumFree',
      isBelow(() => LEAST_FREE),
      { newestToo: true },
    );
  }

  /** Removes what a video has between two times, as somebody has asked. Returns how many bytes that made free. */
  remove(video: string, from: UtcMicros, to: UtcMicros): number {
    const { index } = this.#deps;
    const inside = index
      .between(video, { startUtc: from, endUtc: to })
      .filter(({ state, startUtc, endUtc }) => state !== 'open' && startUtc >= from && (endUtc ?? startUtc) <= to);
    return this.#remove(inside, 'requested');
  }

  #removeOlder(video: string, period: Micros): void {
    const { index, clock } = this.#deps;
    const limit = (clock.utc() - period) as UtcMicros;
    let after = -1;
    for (;;) {
      const oldest = index.oldest(video, STEP, after);
      const due = oldest.filter(({ startUtc, endUtc }) => (endUtc ?? startUtc) < limit);
      this.#remove(due, 'retentionPeriod');
      if (due.length < STEP) return;
      after = oldest.at(-1)!.startUtc;
    }
  }

  /** @param isTight whether there is still not enough room when so many bytes have been removed */
  #makeRoom(reason: RemovalReason, isTight: (removed: number) => boolean, { newestToo = false } = {}): void {
    const { index } = this.#deps;
    let after = -1;
    let removed = 0;
    while (isTight(removed)) {
      const oldest = index.oldest(null, STEP, after);
      if (oldest.length === 0) return;
      for (const segment of oldest) {
        if (!isTight(removed)) return;
        if (newestToo || !this.#isNewest(segment)) removed += this.#remove([segment], reason);
      }
      after = oldest.at(-1)!.startUtc;
    }
  }

  #isNewest({ video, startUtc }: Segment): boolean {
    const last = this.#deps.index.last(video);
    return last === undefined || last.startUtc - startUtc < NEWEST;
  }

  /** Returns the bytes of what was removed. */
  #remove(segments: readonly Segment[], reason: RemovalReason): number {
    const { protection } = this.#deps;
    let bytes = 0;
    const removed = new Map<string, Segment[]>();
    for (const segment of segments) {
      if (reason !== 'requested' && protection.covers(segment)) continue;
      if (!this.#unlink(segment)) continue;
      bytes += segment.bytes;
      removed.set(segment.video, [...(removed.get(segment.video) ?? []), segment]);
    }
    for (const [video, gone] of removed) this.#tell(video, gone, reason);
    return bytes;
  }

  /** What is about to be done is written down first, so that the next start can tell it from the work of others. */
  #unlink(segment: Segment): boolean {
    const { media, log } = this.#deps;
    try {
      this.#mark(segment, true);
      const file = media.find(segment.path);
      if (file) unlinkSync(file);
      return true;
    } catch (error) {
      this.#mark(segment, false);
      log.error({ file: media.absolute(segment.path) }, `a segment cannot be deleted: ${messageOf(error)}`);
      return statSync(media.absolute(segment.path), { throwIfNoEntry: false }) === undefined;
    }
  }

  #mark({ id }: Segment, deleting: boolean): void {
    try {
      this.#deps.index.mark(id, deleting);
    } catch {
      // On a full disk, room must be made all the same.
    }
  }

  /** Today's folder may be about to get more. */
  #tidy(gone: readonly Segment[]): void {
    const { media, clock, log } = this.#deps;
    const today = dayFolder(clock.utc());
    for (const day of new Set(gone.map(({ path }) => dirname(path)))) {
      if (basename(day) >= today) continue;
      try {
        removeLeftovers(media.absolute(day));
      } catch (error) {
        log.warn({ file: media.absolute(day) }, `what is left of a day cannot be removed: ${messageOf(error)}`);
      }
    }
  }

  #tell(video: string, gone: readonly Segment[], reason: RemovalReason): void {
    const { index, recordings, events, clock } = this.#deps;
    const startUtc = Math.min(...gone.map((each) => each.startUtc)) as UtcMicros;
    const endUtc = Math.max(...gone.map((each) => each.endUtc ?? each.startUtc)) as UtcMicros;
    const draft: EventDraft = {
      eventType: SluiceEvent.RecordingDeleted,
      subject: '',
      eventTime: clock.utc(),
      data: {
        ...recordingData('video', video),
        bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
        startTime: toIso(startUtc),
        endTime: toIso(endUtc),
        reason,
      },
    };
    const change = (): void => {
      for (const { id } of gone) index.forget(id);
      const first = index.oldest(video, 1)[0];
      if (first) recordings.forgetUntil(video, first.startUtc);
    };
    events.commit(change, [draft]);
    this.#deps.previews.tidy(video, { startUtc, endUtc });
    this.#tidy(gone);
  }

  /** What was left behind where pictures could not be removed with their media. */
  #tidyBefore(video: string): void {
    const { index, clock, previews } = this.#deps;
    const first = index.oldest(video, 1)[0]?.startUtc ?? index.last(video)?.startUtc;
    previews.tidy(video, { startUtc: 0 as UtcMicros, endUtc: first ?? ((clock.utc() - LEFT_ALONE) as UtcMicros) });
  }
}

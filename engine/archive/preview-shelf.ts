import { readdirSync, statSync, unlinkSync } from 'node:fs';
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { Micros, UtcMicros, UtcRange } from '../core/time.js';
import type { EventCommitter } from '../events/types.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { ArchiveIndex } from './archive-index.js';
import { appendToDay } from './day-file.js';
import { hourOf, hourOfFile, nextHour, previewFile, previewRecord, type StoredPreview } from './preview-file.js';
import type { PreviewIndex } from './preview-index.js';
import { PreviewReader } from './preview-reader.js';
import type { Video } from './video.js';

export interface PreviewShelfDeps {
  media: MediaFolder;
  previews: PreviewIndex;
  segments: Pick<ArchiveIndex, 'between' | 'video' | 'videos'>;
  events: Pick<EventCommitter, 'commit'>;
  log: Logger;
}

/** Pictures that wait for a disk that is stuck; more are not kept. */
const MOST_WAITING = 1000;

/** Small pictures of all videos, for whoever looks for a moment: a file for each hour, beside the media of that hour. */
export class PreviewShelf {
  readonly #deps: PreviewShelfDeps;
  readonly #reader = new PreviewReader();
  /** By video, the file that was last written to. */
  readonly #present = new Map<string, string>();
  #writing: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Left out because too many waited, and not told of yet. */
  #leftOut = 0;
  #told: string | undefined;

  constructor(deps: PreviewShelfDeps) {
    this.#deps = deps;
  }

  /** Keeps a picture. One that cannot be written is left out, since others can be made of the media. */
  add(video: Video, preview: StoredPreview): void {
    const record = previewRecord(preview);
    if (!record) return;
    if (this.#waiting >= MOST_WAITING) {
      this.#leftOut += 1;
      return;
    }
    this.#waiting += 1;
    this.#writing = this.#writing.then(async () => {
      await this.#append(video, preview.utc, record);
      this.#waiting -= 1;
    });
  }

  /** Resolves when everything is written. */
  async written(): Promise<void> {
    await this.#writing;
  }

  /**
   * The picture that is nearest to a moment, no further than `within`.
   * @throws the file system's error if a file is there and cannot be read
   */
  async nearest(video: Video, at: UtcMicros, within: Micros): Promise<StoredPreview | undefined> {
    const folder = this.#deps.media.absolute(video.folder);
    const hours = new Set([at - within, at, at + within].map((each) => hourOf(Math.max(0, each) as UtcMicros)));
    return await this.#reader.nearest(
      [...hours].map((hour) => join(folder, previewFile(hour))),
      at,
      within,
    );
  }

  /** Of all videos. */
  bytes(): number {
    return this.#deps.previews.bytes();
  }

  /** Removes the pictures of the hours in a span of which there is no media any more. */
  tidy(video: string, { startUtc, endUtc }: UtcRange): void {
    const { previews, segments } = this.#deps;
    const range = { startUtc: hourOf(Math.max(0, startUtc) as UtcMicros), endUtc };
    for (const hour of previews.hours(video, range)) {
      if (segments.between(video, { startUtc: hour, endUtc: nextHour(hour) }, 1).length === 0)
        this.#remove(video, hour);
    }
  }

  /** Notes the files that the database has lost. */
  adopt(): void {
    const { media, segments, previews, events } = this.#deps;
    for (const { name, folder } of segments.videos()) {
      const path = media.absolute(folder);
      const found: [UtcMicros, number][] = [];
      for (const day of entriesOf(path)) {
        for (const file of entriesOf(join(path, day))) {
          const hour = hourOfFile(day, file);
          const size = statSync(join(path, day, file), { throwIfNoEntry: false })?.size;
          if (hour !== undefined && size !== undefined) found.push([hour, size]);
        }
      }
      events.commit(() => {
        for (const [hour, size] of found) previews.put(name, hour, size);
      }, []);
    }
  }

  async #append({ name, folder }: Video, utc: UtcMicros, record: Buffer): Promise<void> {
    const { media, previews, events, log } = this.#deps;
    const path = join(media.absolute(folder), previewFile(utc));
    try {
      if (this.#present.get(name) !== path) await this.#cutOff(path);
      await appendToDay(path, record);
      this.#present.set(name, path);
      const bytes = await this.#reader.wholeBytes(path);
      events.commit(() => previews.put(name, hourOf(utc), bytes), []);
      this.#told = undefined;
      this.#tellLeftOut();
    } catch (error) {
      // What was written of it would hide what comes behind.
      this.#present.delete(name);
      const message = messageOf(error);
      if (this.#told !== message) log.error({ file: path }, `previews cannot be written: ${message}`);
      this.#told = message;
    }
  }

  #tellLeftOut(): void {
    if (this.#leftOut === 0) return;
    this.#deps.log.warn({ count: this.#leftOut }, 'previews were left out while the disk was stuck');
    this.#leftOut = 0;
  }

  /** What is behind the last whole record. */
  async #cutOff(path: string): Promise<void> {
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size === undefined) return;
    const whole = await this.#reader.wholeBytes(path);
    if (whole < size) await truncate(path, whole);
  }

  #remove(name: string, hour: UtcMicros): void {
    const { media, segments, previews, events, log } = this.#deps;
    const folder = segments.video(name)?.folder;
    const path = folder && join(media.absolute(folder), previewFile(hour));
    try {
      if (path) unlinkSync(path);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') {
        log.error({ file: path }, `previews cannot be deleted: ${messageOf(error)}`);
        return;
      }
    }
    if (path === this.#present.get(name)) this.#present.delete(name);
    events.commit(() => previews.forget(name, hour), []);
  }
}

const entriesOf = (path: string): string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

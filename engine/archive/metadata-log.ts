import { join } from 'node:path';
import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import { appendToDay } from './day-file.js';
import { dayFolder } from './segment-name.js';

/** What was found in a picture. */
export interface VideoMetadata {
  /** When the picture was taken. */
  utc: UtcMicros;
  /** In AVA's form. */
  inferences: readonly Readonly<Record<string, unknown>>[];
}

const HOUR = 3600 * MICROS_PER_SECOND;
/** What comes within this time is written at once. */
const GATHER_MS = 1000;
/** More does not wait for a disk that is stuck. */
const MOST_WAITING = 4 * 1024 * 1024;

/** Names of such files. */
export const METADATA_FILE = /^metadata-\d\d\.jsonl$/;

/** File of an hour's metadata, in the folder of a video: one JSON object in each line, in the order in which it came. */
export const metadataFile = (utc: UtcMicros): string => {
  const hour = String(Math.floor((utc % (24 * HOUR)) / HOUR)).padStart(2, '0');
  return join(dayFolder(utc), `metadata-${hour}.jsonl`);
};

/** Writes the metadata of one video, beside its media. */
export class MetadataWriter {
  readonly #folder: string;
  readonly #clock: Pick<Clock, 'after'>;
  readonly #log: Logger;
  readonly #onLost: (count: number) => void;
  /** Lines by file. */
  #waiting = new Map<string, string[]>();
  #bytes = 0;
  #cancel: CancelTimer | undefined;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param folder absolute path of the video's folder
   * @param onLost called when metadata could not be written, with how many lines
   */
  constructor(folder: string, deps: { clock: Pick<Clock, 'after'>; log: Logger; onLost(count: number): void }) {
    this.#folder = folder;
    this.#clock = deps.clock;
    this.#log = deps.log;
    this.#onLost = (count) => deps.onLost(count);
  }

  add({ utc, inferences }: VideoMetadata): void {
    if (this.#bytes > MOST_WAITING) {
      this.#onLost(1);
      return;
    }
    const line = `${JSON.stringify({ utc, inferences })}\n`;
    const file = metadataFile(utc);
    const lines = this.#waiting.get(file);
    if (lines) lines.push(line);
    else this.#waiting.set(file, [line]);
    this.#bytes += line.length;
    this.#cancel ??= this.#clock.after(GATHER_MS, () => this.#flush());
  }

  /** Resolves when everything is written. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    this.#cancel = undefined;
    const waiting = this.#waiting;
    this.#waiting = new Map();
    this.#writing = this.#writing.then(async () => {
      for (const [file, lines] of waiting) {
        const text = lines.join('');
        await this.#append(join(this.#folder, file), text, lines.length);
        this.#bytes -= text.length;
      }
    });
  }

  async #append(path: string, text: string, count: number): Promise<void> {
    try {
      await appendToDay(path, text);
    } catch (error) {
      this.#log.error({ file: path }, `metadata cannot be written: ${messageOf(error)}`);
      this.#onLost(count);
    }
  }
}

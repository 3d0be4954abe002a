import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../core/errors.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import type { UtcRange } from './archive-index.js';
import { metadataFile, type VideoMetadata } from './metadata-log.js';

const HOUR = 3600 * MICROS_PER_SECOND;
/** Of all files together that is kept in memory, in bytes. */
const MOST_KEPT = 32 * 1024 * 1024;
/** A larger file in an archive of ours is damaged; what is behind it is not read. */
const LARGEST = 256 * 1024 * 1024;
const LF = 10;

/** What has been read of an hour's file. */
interface Hour {
  /** Up to the end of the last whole line. */
  bytes: number;
  /** Lines with the time that each is about. */
  lines: { utc: number; text: string }[];
}

/**
 * Reads the metadata of videos. Players ask for a few seconds at a time, so that the last files are kept in memory; files only
 * grow, and what has been added is read the next time.
 */
export class MetadataReader {
  /** By path; the one that was used last is at the end. */
  readonly #hours = new Map<string, Hour>();

  /**
   * The metadata of a video in a span, in the order of time. Lines that a crash has torn are left out.
   *
   * @param folder absolute path of the video's folder
   * @throws the file system's error if a file is there and cannot be read
   */
  async between(folder: string, { startUtc, endUtc }: UtcRange): Promise<VideoMetadata[]> {
    const found: VideoMetadata[] = [];
    for (let hour = startUtc - (startUtc % HOUR); hour < endUtc; hour += HOUR) {
      const { lines } = await this.#hour(join(folder, metadataFile(hour as UtcMicros)));
      for (const { utc, text } of lines) {
        const each = utc >= startUtc && utc < endUtc ? parsed(text) : undefined;
        if (each) found.push(each);
      }
    }
    return found.sort((a, b) => a.utc - b.utc);
  }

  async #hour(path: string): Promise<Hour> {
    const hour = await grown(path, this.#hours.get(path) ?? { bytes: 0, lines: [] });
    this.#hours.delete(path);
    if (hour.bytes > 0) this.#hours.set(path, hour);
    let kept = 0;
    for (const { bytes } of this.#hours.values()) kept += bytes;
    for (const [oldest, { bytes }] of this.#hours) {
      if (kept <= MOST_KEPT || oldest === path) break;
      this.#hours.delete(oldest);
      kept -= bytes;
    }
    return hour;
  }
}

/** What is known of a file, with what has been added since. */
const grown = async (path: string, known: Hour): Promise<Hour> => {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return { bytes: 0, lines: [] };
  try {
    const size = Math.min((await file.stat()).size, LARGEST);
    const from = size < known.bytes ? 0 : known.bytes;
    const buffer = Buffer.allocUnsafe(size - from);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
    const added = buffer.subarray(0, buffer.subarray(0, bytesRead).lastIndexOf(LF) + 1);
    const lines = from === 0 ? [] : known.lines;
    return { bytes: from + added.length, lines: [...lines, ...linesOf(added.toString('utf8'))] };
  } finally {
    await file.close();
  }
};

const TIME = /^\{"utc":(\d{1,17}),/;

const linesOf = (text: string): Hour['lines'] =>
  text.split('\n').flatMap((line) => {
    const utc = TIME.exec(line)?.[1];
    return utc === undefined ? [] : [{ utc: Number(utc), text: line }];
  });

const parsed = (line: string): VideoMetadata | undefined => {
  try {
    const { utc, inferences } = JSON.parse(line) as Partial<VideoMetadata>;
    return Number.isSafeInteger(utc) && Array.isArray(inferences) ? { utc: utc!, inferences } : undefined;
  } catch {
    return undefined;
  }
};

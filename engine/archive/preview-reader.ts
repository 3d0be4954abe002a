import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from '../core/errors.js';
import type { UtcMicros } from '../core/time.js';
import { type PreviewPlace, placesIn, previewIn, type StoredPreview } from './preview-file.js';

/** What is known of an hour's file. */
interface Hour {
  /** Up to the end of the last whole record. */
  bytes: number;
  places: PreviewPlace[];
}

/** Hours that are remembered. */
const MOST_HOURS = 512;
/** A larger file is damaged; what is behind it is not read. */
const LARGEST = 64 * 1024 * 1024;

/** Finds pictures in the files of hours. Files only grow: what is known of one is remembered, and what was added is read. */
export class PreviewReader {
  /** By path; the one that was used last is at the end. */
  readonly #hours = new Map<string, Hour>();

  /**
   * The picture of these files that is nearest to a moment, no further than `within` µs.
   * @throws the file system's error if a file is there and cannot be read
   */
  async nearest(paths: readonly string[], at: UtcMicros, within: number): Promise<StoredPreview | undefined> {
    let best: { path: string; place: PreviewPlace } | undefined;
    const away = ({ utc }: PreviewPlace): number => Math.abs(utc - at);
    for (const path of paths) {
      for (const place of (await this.#hour(path)).places) {
        if (away(place) <= within && (!best || away(place) < away(best.place))) best = { path, place };
      }
    }
    if (!best) return undefined;
    const { path, place } = best;
    const record = await withOpen(path, (file) => part(file, place.offset, place.length));
    const preview = record && previewIn(record);
    // A file that was put in its place, or was removed: it is read anew the next time.
    if (!preview) this.#hours.delete(path);
    return preview;
  }

  /**
   * Bytes of the whole records at the beginning of a file; 0 if it is not there.
   * @throws the file system's error if it cannot be read
   */
  async wholeBytes(path: string): Promise<number> {
    return (await this.#hour(path)).bytes;
  }

  async #hour(path: string): Promise<Hour> {
    const known = this.#hours.get(path) ?? { bytes: 0, places: [] };
    const hour = (await withOpen(path, (file) => grown(file, known))) ?? { bytes: 0, places: [] };
    this.#hours.delete(path);
    if (hour.bytes > 0) this.#hours.set(path, hour);
    if (this.#hours.size > MOST_HOURS) this.#hours.delete(this.#hours.keys().next().value!);
    return hour;
  }
}

const grown = async (file: FileHandle, known: Hour): Promise<Hour> => {
  const size = Math.min((await file.stat()).size, LARGEST);
  if (size === known.bytes) return known;
  const from = size < known.bytes ? 0 : known.bytes;
  const added = placesIn(await part(file, from, size - from), from);
  const last = added.at(-1);
  return {
    bytes: last ? last.offset + last.length : from,
    places: from === 0 ? added : [...known.places, ...added],
  };
};

const part = async (file: FileHandle, offset: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.allocUnsafe(length);
  const { bytesRead } = await file.read(buffer, 0, length, offset);
  return buffer.subarray(0, bytesRead);
};

/** Undefined if there is no such file. */
const withOpen = async <T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T | undefined> => {
  const file = await open(path, 'r').catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (!file) return undefined;
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};

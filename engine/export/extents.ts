import { type FileHandle, open } from 'node:fs/promises';
import type { ByteRange } from '../core/byte-range.js';
import { SluiceError } from '../core/errors.js';

/** A part of a file, and where it lies in what is made of such parts. */
export interface Extent {
  /** Absolute path. */
  path: string;
  offset: number;
  length: number;
  /** Where it begins in the whole. */
  at: number;
}

/** More is not read at once. */
const MOST_READ = 256 * 1024;

/** Parts of files, one behind the other. Nothing of them is in memory but what is being sent. */
export class Extents {
  readonly #all: Extent[] = [];
  length = 0;

  /** Returns where it begins in the whole. */
  add(path: string, offset: number, length: number): number {
    const at = this.length;
    this.#all.push({ path, offset, length, at });
    this.length += length;
    return at;
  }

  [Symbol.iterator](): IterableIterator<Extent> {
    return this.#all.values();
  }

  /**
   * The bytes of a part of the whole.
   * @throws the file system's error if a file is gone; `ExportChanged` if it has become shorter
   */
  async *read({ start, end }: ByteRange): AsyncGenerator<Buffer> {
    let file: { path: string; handle: FileHandle } | undefined;
    try {
      for (let index = this.#indexAt(start), at = start; at <= end; index++) {
        const extent = this.#all[index];
        if (!extent) return;
        if (file?.path !== extent.path) {
          await file?.handle.close();
          file = undefined;
          file = { path: extent.path, handle: await open(extent.path, 'r') };
        }
        const until = Math.min(end + 1, extent.at + extent.length);
        for (; at < until; ) {
          const bytes = Buffer.allocUnsafe(Math.min(MOST_READ, until - at));
          const { bytesRead } = await file.handle.read(bytes, 0, bytes.length, extent.offset + at - extent.at);
          if (bytesRead === 0) throw changed(extent.path);
          at += bytesRead;
          yield bytes.subarray(0, bytesRead);
        }
      }
    } finally {
      await file?.handle.close();
    }
  }

  /** Of the last part that begins at or before a place. */
  #indexAt(place: number): number {
    let [low, high] = [0, this.#all.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#all[middle]!.at <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const changed = (file: string): SluiceError =>
  new SluiceError('ExportChanged', 'a file of the export has become shorter while it was read', {
    kind: 'conflict',
    where: { file },
    hint: 'Media may have been removed to make room. Begin the export again.',
  });

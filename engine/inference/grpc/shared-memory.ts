import { closeSync, futimesSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { type FileHandle, open, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type CancelTimer, type Clock, every } from '../../core/clock.js';
import { SluiceError, systemCode } from '../../core/errors.js';
import { MICROS_PER_SECOND } from '../../core/time.js';
import { type Range, Ranges } from './ranges.js';
import { newName, thisProcess } from './shared-memory-name.js';
import { sweepSharedMemory, TOUCH_MS } from './shared-memory-sweep.js';

/** Where servers look for the name that they are given. */
const FOLDER = '/dev/shm';
const MIB = 1024 * 1024;
const CHUNK = 4 * MIB;

export interface SharedMemoryOptions {
  readonly sizeMiB: number;
  readonly clock: Clock;
  /** When it is not wanted any more: gigabytes take seconds to make. */
  readonly signal?: AbortSignal;
  /** Default: /dev/shm. */
  readonly folder?: string;
}

/**
 * A file in memory through which servers see pictures without copying them.
 *
 * Pictures are written with `write`, not mapped: it is one copy, 0.1 ms for a JPEG of 1 MB and 1.5 ms for raw 1080p,
 * which is less than it takes to hand them to another thread and back.
 */
export class SharedMemory {
  readonly handle: string;
  readonly size: number;
  readonly ranges: Ranges;
  readonly #path: string;
  #fd: number | undefined;
  readonly #stopTouching: CancelTimer;

  private constructor(handle: string, path: string, fd: number, size: number, clock: Clock) {
    this.handle = handle;
    this.size = size;
    this.ranges = new Ranges(size);
    this.#path = path;
    this.#fd = fd;
    this.#stopTouching = every(clock, TOUCH_MS, () => this.#touch(clock));
  }

  /**
   * Makes the file, in its full size and with all of its memory: a server that maps a file with holes is killed by the
   * system (SIGBUS) if there is no memory to fill them when it looks.
   *
   * Everybody may read and write it. Servers run as other users, in other containers; Microsoft's samples open it for
   * reading and writing. So what protects the pictures is who can see the folder, and a name that cannot be guessed
   * or be there before.
   *
   * @throws SluiceError `sharedMemoryFull` or `sharedMemoryUnavailable`, the latter also if it is not wanted any more
   */
  static async create({ sizeMiB, clock, signal, folder = FOLDER }: SharedMemoryOptions): Promise<SharedMemory> {
    await sweepSharedMemory(folder, clock);
    const size = sizeMiB * MIB;
    const handle = newName(thisProcess());
    const path = join(folder, handle);
    let file: FileHandle | undefined;
    try {
      const { bavail, bsize } = await statfs(folder);
      if (bavail * bsize < size) throw full(folder, sizeMiB, Math.floor((bavail * bsize) / MIB));
      file = await open(path, 'wx+', 0o666);
      // The process's mask has taken something off.
      await file.chmod(0o666);
      await fill(file, size, signal);
      return new SharedMemory(handle, path, openSync(path, 'r+'), size, clock);
    } catch (error) {
      if (file) await unlink(path).catch(() => {});
      throw problem(error, folder, sizeMiB);
    } finally {
      await file?.close();
    }
  }

  /** @returns where it is; undefined if there is no room now */
  put(data: Uint8Array): Range | undefined {
    if (this.#fd === undefined) return undefined;
    const range = this.ranges.take(data.byteLength);
    if (range === undefined) return undefined;
    for (let done = 0; done < data.byteLength; ) {
      done += writeSync(this.#fd, data, done, data.byteLength - done, range.offset + done);
    }
    return range;
  }

  /** Removes the file. Servers that have it open keep it until they close it. */
  remove(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
    this.#stopTouching();
    try {
      unlinkSync(this.#path);
    } catch {
      // Somebody else has removed it.
    }
  }

  /** Tells processes of other containers that somebody owns it. */
  #touch(clock: Clock): void {
    if (this.#fd === undefined) return;
    const now = clock.utc() / MICROS_PER_SECOND;
    futimesSync(this.#fd, now, now);
  }
}

/** In parts, each in another thread: gigabytes take their time, and nobody else should wait for them. */
const fill = async (file: FileHandle, size: number, signal: AbortSignal | undefined): Promise<void> => {
  const zeros = Buffer.alloc(Math.min(CHUNK, size));
  for (let at = 0; at < size; ) {
    signal?.throwIfAborted();
    const { bytesWritten } = await file.write(zeros, 0, Math.min(zeros.length, size - at), at);
    at += bytesWritten;
  }
};

const full = (folder: string, sizeMiB: number, freeMiB?: number): SluiceError =>
  new SluiceError(
    'sharedMemoryFull',
    `${folder} has ${freeMiB === undefined ? 'too little room' : `${freeMiB} MiB left`} for ${sizeMiB} MiB of shared memory`,
    {
      kind: 'exhausted',
      where: { file: folder },
      hint: 'Make it larger (Docker: --shm-size, or --ipc=host), or lower sharedMemorySizeMiB.',
    },
  );

const problem = (error: unknown, folder: string, sizeMiB: number): SluiceError => {
  if (error instanceof SluiceError) return error;
  const code = systemCode(error) ?? 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT') return full(folder, sizeMiB);
  return new SluiceError('sharedMemoryUnavailable', `shared memory cannot be made in ${folder}: ${code}`, {
    kind: 'unavailable',
    where: { file: folder },
    hint: 'Let the engine write there, or set dataTransfer to embedded.',
    cause: error,
  });
};

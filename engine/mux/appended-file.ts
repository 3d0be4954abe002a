import { close, fdatasync, fstatSync, writev } from 'node:fs';
import { givePacket } from '../../bridge/lanes/packet-pool.js';
import type { Disk, DiskQueue, Disks } from './disk-queue.js';
import { openEmpty } from './open-empty.js';

const writeParts = (file: number, parts: readonly Buffer[], position: number): Promise<number> =>
  new Promise((resolve, reject) =>
    writev(file, parts, position, (error, bytes) => (error ? reject(error) : resolve(bytes))),
  );

const syncData = (file: number): Promise<void> =>
  new Promise((resolve, reject) => fdatasync(file, (error) => (error ? reject(error) : resolve())));

/** More parts than this a system takes in several calls. */
const MOST_PARTS = 64;

/** A file to whose end is written, without anybody waiting for the disk. */
export class AppendedFile {
  readonly #file: number;
  readonly #disk: Disk;
  readonly #onFailed: (error: unknown) => void;
  #parts: Buffer[] = [];
  /** Bytes that are handed over, and those of them that the file system has. */
  #length = 0;
  #written = 0;
  /** False as soon as nothing is left to write: what comes then begins anew. */
  #isBusy = false;
  #working: Promise<void> | undefined;
  /** Of those, what would survive a power cut. */
  #synced = 0;
  #isSyncing = false;
  #doing: Promise<void> = Promise.resolve();
  #failed = false;

  private constructor(file: number, disk: Disk, onFailed: (error: unknown) => void) {
    this.#file = file;
    this.#disk = disk;
    this.#onFailed = onFailed;
  }

  /**
   * @param path a file that is empty or does not exist
   * @param onFailed nothing more is written: the file system's error
   * @throws the file system's error; `EEXIST` for a file that is not empty
   */
  static open(path: string, disks: Disks, onFailed: (error: unknown) => void): AppendedFile {
    const file = openEmpty(path);
    return new AppendedFile(file, disks.of(fstatSync(file).dev), onFailed);
  }

  /** How long it is, or will be. */
  get length(): number {
    return this.#length;
  }

  get waitingBytes(): number {
    return this.#failed ? 0 : this.#length - this.#written;
  }

  /** @param parts must not change any more; those of the packet pool go back there */
  append(...parts: readonly Buffer[]): void {
    if (this.#failed) return;
    for (const part of parts) {
      this.#parts.push(part);
      this.#length += part.length;
    }
    if (this.#isBusy) return;
    this.#isBusy = true;
    this.#working = this.#work();
  }

  /** Resolves when everything is written, or nothing more will be. */
  async written(): Promise<void> {
    while (this.#isBusy) await this.#working;
  }

  /** Replaces what was written. @throws the file system's error (as a rejection) */
  async replace(position: number, bytes: Buffer): Promise<void> {
    await this.#turn(this.#disk.writes, () => writeParts(this.#file, [bytes], position));
  }

  /** As `sync`, unless nothing was written since the last time or one is under way. @param onFailed the system tells of it once */
  syncSoon(onFailed: (error: unknown) => void): void {
    if (this.#isSyncing || this.#failed || this.#written === this.#synced) return;
    this.#isSyncing = true;
    const written = this.#written;
    const done = (): void => {
      this.#isSyncing = false;
      this.#synced = written;
    };
    this.sync().then(done, onFailed);
  }

  /** Resolves when all that was written would survive a power cut. @throws the file system's error (as a rejection) */
  async sync(): Promise<void> {
    await this.#turn(this.#disk.syncs, () => syncData(this.#file));
  }

  /** When what is being done is done. What has not begun is not done any more. */
  close(): void {
    this.#fail();
    void this.#doing.then(() => close(this.#file));
  }

  /** Afterwards the descriptor may be another file's. */
  #turn(queue: DiskQueue, work: () => Promise<unknown>): Promise<void> {
    const done = queue.turn(async () => {
      if (!this.#failed) await work();
    });
    this.#doing = Promise.allSettled([this.#doing, done]).then(() => {});
    return done;
  }

  async #work(): Promise<void> {
    try {
      while (this.#parts.length > 0) await this.#turn(this.#disk.writes, () => this.#writeSome());
    } catch (error) {
      if (this.#failed) return;
      this.#fail();
      this.#onFailed(error);
    } finally {
      this.#isBusy = false;
    }
  }

  async #writeSome(): Promise<void> {
    const parts = this.#parts.splice(0, MOST_PARTS);
    let left: Buffer[] = parts;
    while (left.length > 0) {
      const bytesWritten = await writeParts(this.#file, left, this.#written);
      this.#written += bytesWritten;
      left = behind(left, bytesWritten);
    }
    for (const part of parts) givePacket(part);
  }

  #fail(): void {
    this.#failed = true;
    this.#parts = [];
  }
}

/** What is left of the parts behind so many bytes. */
const behind = (parts: readonly Buffer[], bytes: number): Buffer[] => {
  let skip = bytes;
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(skip, part.length));
    skip -= part.length - rest.length;
    return rest.length > 0 ? [rest] : [];
  });
};

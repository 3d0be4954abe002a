import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const SIZE_MIB = 256;
const MIB = 1024 * 1024;

/** A disk of limited size for the data folder: a tmpfs, which root may mount. Elsewhere a plain folder that cannot be filled. */
export class Disk {
  readonly #folder: string;
  readonly limited: boolean;

  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.limited = run('mount', '-t', 'tmpfs', '-o', `size=${SIZE_MIB}m,mode=0700`, 'sluice-chaos', folder);
  }

  get dataDir(): string {
    return join(this.#folder, 'data');
  }

  get mediaDir(): string {
    return join(this.dataDir, 'media');
  }

  /** Fills it until so many bytes are left. */
  fill(left: number): void {
    const file = openSync(this.#ballast, 'a');
    try {
      for (;;) {
        const { bavail, bsize } = statfsSync(this.#folder);
        const more = Math.min(bavail * bsize - left, MIB);
        if (more <= 0) return;
        writeSync(file, Buffer.alloc(more));
      }
    } finally {
      closeSync(file);
    }
  }

  release(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Gives the data folder another name. */
  takeAway(): void {
    renameSync(this.dataDir, this.#away);
  }

  /** False if another one was there by then, which is gone now. */
  bringBack(): boolean {
    const alone = !existsSync(this.dataDir);
    if (!alone) rmSync(this.dataDir, { recursive: true, force: true });
    renameSync(this.#away, this.dataDir);
    return alone;
  }

  /** False if it cannot be: something has a file open for writing. */
  writable(yes: boolean): boolean {
    return run('mount', '-o', `remount,${yes ? 'rw' : 'ro'}`, this.#folder);
  }

  /** @param keep folder to which the data is copied before it is gone */
  close(keep: string | undefined): void {
    this.release();
    if (keep !== undefined) cpSync(this.dataDir, keep, { recursive: true });
    if (this.limited && !run('umount', this.#folder)) run('umount', '-l', this.#folder);
  }

  get #away(): string {
    return join(this.#folder, 'away');
  }

  get #ballast(): string {
    return join(this.#folder, 'ballast');
  }
}

const run = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statfsSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const mount = (...args: string[]): void => {
  execFileSync('mount', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** A file system of its own in memory, that can be full or read-only without harm to the machine's. */
export class SmallDisk {
  readonly path: string;

  constructor(path: string, mebibytes: number) {
    mkdirSync(path, { recursive: true });
    mount('-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'none', path);
    this.path = path;
  }

  get freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.path);
    return bavail * bsize;
  }

  /** Takes all but so much. */
  fill(leave = 0): void {
    for (let piece = 0, size = 2 ** 20; size >= 4096; ) {
      if (this.freeBytes - size < leave) {
        size /= 2;
        continue;
      }
      try {
        writeFileSync(join(this.path, `.ballast-${piece++}`), Buffer.alloc(size));
      } catch (error) {
        // Somebody else has taken the last of it meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size /= 2;
      }
    }
  }

  /** Gives back what `fill` took. */
  free(): void {
    execFileSync('find', [this.path, '-maxdepth', '1', '-name', '.ballast-*', '-delete']);
  }

  /** Fails while somebody has a file open for writing. */
  readOnly(yes: boolean): void {
    mount('-o', `remount,${yes ? 'ro' : 'rw'}`, this.path);
  }

  /** Also while files in it are open. */
  remove(): void {
    execFileSync('umount', ['-l', this.path], { stdio: 'ignore' });
  }
}

/** Why tests with disks of their own are skipped, or undefined when mounting is permitted. */
export const mountingRefused = (): string | undefined => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-mount-'));
  try {
    const disk = new SmallDisk(path, 1);
    writeFileSync(join(path, 'probe'), '');
    unlinkSync(join(path, 'probe'));
    disk.remove();
    return undefined;
  } catch {
    return 'this user may not mount a file system (needs root)';
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
};

import { statfsSync } from 'node:fs';
import { SluiceError } from '../core/errors.js';

const MIB = 1024 * 1024;
/** With less, no clip is begun, so that the database on the same disk can still be written. */
const LEAST_FREE_BYTES = 64 * MIB;

/** Space that an ordinary user may still use on the file system of `path`, in bytes. */
const freeBytes = (path: string): number => diskBytes(path).free;

/** The file system of `path`, in bytes. `free`: what an ordinary user may still use. */
export const diskBytes = (path: string): { free: number; total: number } => {
  const { bavail, blocks, bsize } = statfsSync(path);
  return { free: bavail * bsize, total: blocks * bsize };
};

/** @throws SluiceError `DiskFull` if less than `least` bytes are free. */
export const requireFreeSpace = (path: string, least = LEAST_FREE_BYTES): void => {
  const free = freeBytes(path);
  if (free >= least) return;
  throw new SluiceError(
    'DiskFull',
    `${Math.floor(free / MIB)} MiB are free, ${Math.ceil(least / MIB)} MiB are needed to begin a clip`,
    {
      kind: 'exhausted',
      where: { file: path },
      hint: 'Free some space, or lower maximumSizeMiB of the sinks.',
    },
  );
};

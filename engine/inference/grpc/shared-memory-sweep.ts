import { readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../core/clock.js';
import { MICROS_PER_MS } from '../../core/time.js';
import { isAlive, type Owner, ownerOf, thisProcess } from './shared-memory-name.js';

/** Files of other containers that nobody has touched for this long; living owners touch theirs every `TOUCH_MS`. */
const STALE_MS = 15 * 60_000;
export const TOUCH_MS = 60_000;

/**
 * Removes what killed processes have left. Each file is as large as a node's whole shared memory, and nothing else
 * removes them before the machine starts again.
 */
export const sweepSharedMemory = async (folder: string, clock: Clock): Promise<string[]> => {
  const self = thisProcess();
  const removed: string[] = [];
  for (const name of await readdir(folder).catch((): string[] => [])) {
    const owner = ownerOf(name);
    if (owner === undefined || !(await isStale(join(folder, name), owner, self, clock))) continue;
    await unlink(join(folder, name)).then(
      () => removed.push(name),
      // Somebody else was quicker, or it belongs to another user.
      () => {},
    );
  }
  return removed;
};

const isStale = async (path: string, owner: Owner, self: Owner, clock: Clock): Promise<boolean> => {
  if (owner.namespace === self.namespace) return !isAlive(owner);
  const touched = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.POSITIVE_INFINITY,
  );
  return clock.utc() / MICROS_PER_MS - touched > STALE_MS;
};

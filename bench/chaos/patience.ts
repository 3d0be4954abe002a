import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** However busy the machine, nothing may take longer than this many times what is promised. */
const MOST = 8;

/** How much longer than on an idle machine things may take: as many times as there is more work than processors. */
export const slowness = (load = loadavg()[0]!, processors = cpus().length): number =>
  Math.min(MOST, Math.max(1, load / processors));

const POLL_MS = 100;

/** Waits until `condition` gives something; undefined if it has not after `ms` and the slowness of the machine. */
export const awaited = async <T>(
  condition: () => T | undefined | Promise<T | undefined>,
  ms: number,
): Promise<T | undefined> => {
  for (const began = performance.now(); ; ) {
    const found = await condition();
    if (found !== undefined) return found;
    if (performance.now() - began > ms * slowness()) return undefined;
    await sleep(POLL_MS);
  }
};

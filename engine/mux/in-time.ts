import type { CancelTimer, Clock } from '../core/clock.js';
import { FINISH_TIMEOUT_MS } from './ends.js';

/** Waits for work, but no longer than a file may take to be finished. Then `onLate` is called, and nobody waits any more. */
export const inTime = async (clock: Clock, work: Promise<unknown>, onLate: () => void): Promise<void> => {
  let cancel: CancelTimer = () => {};
  const late = new Promise<void>((resolve) => {
    cancel = clock.after(FINISH_TIMEOUT_MS, () => {
      onLate();
      resolve();
    });
  });
  await Promise.race([work, late]);
  cancel();
};

import type { RetryClass } from '../../bridge/failure.js';
import type { BackoffRange } from '../core/backoff.js';

/** How soon the connection to a camera is tried again. With the floors, chance cannot make that at once. */
export const CAMERA_RETRIES: Readonly<Record<RetryClass, BackoffRange>> = {
  normal: { firstMs: 1_000, lastMs: 60_000, floor: 0.1 },
  // The camera refuses the credentials. Frequent attempts would only fill its log or lock the account.
  slow: { firstMs: 30_000, lastMs: 600_000, floor: 0.5 },
};

/** A stream that lasted this long counts as a success. */
export const STREAM_STABLE_MS = 10_000;

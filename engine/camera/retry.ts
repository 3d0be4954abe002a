import type { RetryClass } from '../../bridge/failure.js';
import type { BackoffRange } from '../core/backoff.js';

/** How soon a camera that failed is tried again. Full chance alone would allow a retry at once, hence the floors. */
export const CAMERA_RETRIES: Readonly<Record<RetryClass, BackoffRange>> = {
  normal: { firstMs: 1_000, lastMs: 60_000, floor: 0.1 },
  // It refuses the credentials: asking often only fills its log or locks the account.
  slow: { firstMs: 30_000, lastMs: 600_000, floor: 0.5 },
};

/** A stream that lived this long counts as success. */
export const STREAM_STABLE_MS = 10_000;

import type { RtspFailure } from '../../bridge/rtsp/types.js';
import type { BackoffRange } from '../core/backoff.js';

/**
 * What matters for the next attempt: the credentials were refused; there was no connection, for a short or for a long time; the
 * attempt itself has taken its time; or the camera was there and failed.
 */
export type CameraRetry = 'refused' | 'away' | 'gone' | 'slow' | 'there';

/**
 * How soon a camera is tried again, so that one that is back is recorded within 10 s. With the floors, chance cannot make that
 * at once.
 */
export const CAMERA_RETRIES: Readonly<Record<CameraRetry, BackoffRange>> = {
  // Frequent attempts would only fill its log or lock the account.
  refused: { firstMs: 30_000, lastMs: 600_000, floor: 0.5 },
  there: { firstMs: 1_000, lastMs: 5_000, floor: 0.5 },
  slow: { firstMs: 500, lastMs: 1_000, floor: 0.5 },
  // These are from the beginning of one knock to that of the next.
  away: { firstMs: 1_000, lastMs: 5_000, floor: 0.8 },
  gone: { firstMs: 30_000, lastMs: 30_000, floor: 0.5 },
};

/** A stream that lasted this long counts as a success. */
export const STREAM_STABLE_MS = 10_000;

/** A knock takes so long at most: the system asks for a connection at once and after a second. */
export const KNOCK_MS = 3_000;
export const LEAST_PAUSE_MS = 500;

/** From then on a camera that takes no connection is thought to be gone, and not to reboot. */
const GONE_AFTER_MS = 15 * 60_000;

/** A camera that takes no connection is attempted in earnest so often: it may be slower than a knock waits. */
export const EARNEST_EVERY_MS = 120_000;

export const retryOf = ({ kind, unreached, slowAt }: RtspFailure, awayMs: number): CameraRetry => {
  if (kind === 'auth') return 'refused';
  if (unreached) return awayMs < GONE_AFTER_MS ? 'away' : 'gone';
  return slowAt ? 'slow' : 'there';
};

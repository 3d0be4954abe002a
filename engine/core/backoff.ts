import type { Clock } from './clock.js';
import { type MediaTime, millis, plus } from './time.js';

/** `slow`: the other side refuses us; asking often only fills its log or locks the account. */
export type FailureClass = 'normal' | 'slow';

export interface BackoffRange {
  firstMs: number;
  lastMs: number;
  /** Least share of the ceiling that is waited: full jitter alone would allow a retry at once. */
  floor: number;
}

export interface BackoffOptions {
  clock: Clock;
  /** In [0, 1). */
  random?: () => number;
  ranges?: Readonly<Record<FailureClass, BackoffRange>>;
  /** A stream that lived this long counts as success; one that ended before does not. */
  stableMs?: number;
}

export const DEFAULT_RANGES: Readonly<Record<FailureClass, BackoffRange>> = {
  normal: { firstMs: 1_000, lastMs: 60_000, floor: 0.1 },
  slow: { firstMs: 30_000, lastMs: 600_000, floor: 0.5 },
};
const DEFAULT_STABLE_MS = 10_000;

/**
 * How long to wait before the next connection attempt: a random share of a ceiling that doubles with each failure in a
 * row. Each class of failure has a row of its own; a stable stream ends both.
 */
export class Backoff {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #ranges: Readonly<Record<FailureClass, BackoffRange>>;
  readonly #stableMs: number;
  #failures: Record<FailureClass, number> = { normal: 0, slow: 0 };
  #streamingSince: MediaTime | undefined;
  #nextRetryAt: MediaTime | undefined;

  constructor(options: BackoffOptions) {
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#ranges = options.ranges ?? DEFAULT_RANGES;
    this.#stableMs = options.stableMs ?? DEFAULT_STABLE_MS;
  }

  /** The first media of a connection has come. */
  succeeded(): void {
    this.#streamingSince ??= this.#clock.monotonic();
    this.#nextRetryAt = undefined;
  }

  /** The attempt, or the stream that came of it, has failed. Returns the milliseconds to wait. */
  failed(failure: FailureClass = 'normal'): number {
    const now = this.#clock.monotonic();
    const since = this.#streamingSince;
    this.#streamingSince = undefined;
    if (since !== undefined && now - since >= millis(this.#stableMs)) this.#failures = { normal: 0, slow: 0 };
    const { firstMs, lastMs, floor } = this.#ranges[failure];
    // Beyond 30 doublings the ceiling has long been met, and 2 ** n would leave the safe integers.
    const ceiling = Math.min(lastMs, firstMs * 2 ** Math.min(30, this.#failures[failure]));
    this.#failures[failure]++;
    const waitMs = Math.round(ceiling * (floor + (1 - floor) * this.#random()));
    this.#nextRetryAt = plus(now, millis(waitMs));
    return waitMs;
  }

  /** When the next attempt is due, on the monotonic clock; undefined before the first failure and while media flows. */
  get nextRetryAt(): MediaTime | undefined {
    return this.#nextRetryAt;
  }

  /** Failures in a row, of either class. */
  get failures(): number {
    return this.#failures.normal + this.#failures.slow;
  }
}

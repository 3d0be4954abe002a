import type { Clock } from './clock.js';
import { type MediaTime, millis } from './time.js';

/** The waits for one class of failure: from `firstMs`, `factor` times as long with each failure in a row, to `lastMs`. */
export interface BackoffRange {
  firstMs: number;
  lastMs: number;
  /** Default 2. */
  factor?: number;
  /** Least share of a wait that is waited; the rest is left to chance. 1: always all of it. */
  floor: number;
}

export interface BackoffOptions<Class extends string> {
  clock: Clock;
  ranges: Readonly<Record<Class, BackoffRange>>;
  /** A success that lasted this long starts all over; one that ended before counts for nothing. */
  stableMs: number;
  /** In [0, 1). */
  random?: () => number;
}

/**
 * How long to wait before the next attempt at something that failed. Each class of failure has a row of its own; a
 * stable success ends them all.
 */
export class Backoff<Class extends string> {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #ranges: Readonly<Record<Class, BackoffRange>>;
  readonly #stableMs: number;
  /** In a row, by class. */
  readonly #failures = new Map<Class, number>();
  #succeededAt: MediaTime | undefined;

  constructor(options: BackoffOptions<Class>) {
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#ranges = options.ranges;
    this.#stableMs = options.stableMs;
  }

  /** The attempt has brought what it was made for. May be called again while that lasts. */
  succeeded(): void {
    this.#succeededAt ??= this.#clock.monotonic();
  }

  /**
   * The attempt, or what came of it, has failed.
   *
   * @returns the milliseconds to wait
   */
  failed(failure: Class): number {
    const since = this.#succeededAt;
    this.#succeededAt = undefined;
    if (since !== undefined && this.#clock.monotonic() - since >= millis(this.#stableMs)) this.reset();
    const before = this.#failures.get(failure) ?? 0;
    this.#failures.set(failure, before + 1);
    const { firstMs, lastMs, factor = 2, floor } = this.#ranges[failure];
    const longest = Math.min(lastMs, firstMs * factor ** before);
    return Math.round(longest * (floor + (1 - floor) * this.#random()));
  }

  /** Begins anew, for another address perhaps. */
  reset(): void {
    this.#failures.clear();
    this.#succeededAt = undefined;
  }
}

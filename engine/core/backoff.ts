import type { Clock } from './clock.js';
import { type MonotonicTime, millis } from './time.js';

/**
 * The delays for one class of failure: `firstMs`, then `factor` times as long after each failure in a row, up to
 * `lastMs`.
 */
export interface BackoffRange {
  firstMs: number;
  lastMs: number;
  /** Default 2. */
  factor?: number;
  /** Fraction of a delay that is never cut; the rest is multiplied by a random number. 1: no randomness. */
  floor: number;
}

export interface BackoffOptions<Class extends string> {
  clock: Clock;
  ranges: Readonly<Record<Class, BackoffRange>>;
  /** A success that lasted this long resets the delays. A shorter one is ignored. */
  stableMs: number;
  /** Random number in [0, 1). Default: Math.random. */
  random?: () => number;
}

/**
 * How long to wait before the next attempt after a failure. Failures are counted separately for each class; a stable
 * success resets all counts.
 */
export class Backoff<Class extends string> {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #ranges: Readonly<Record<Class, BackoffRange>>;
  readonly #stableMs: number;
  /** Number of failures in a row, by class. */
  readonly #failures = new Map<Class, number>();
  #succeededAt: MonotonicTime | undefined;

  constructor(options: BackoffOptions<Class>) {
    this.#clock = options.clock;
    this.#random = options.random ?? Math.random;
    this.#ranges = options.ranges;
    this.#stableMs = options.stableMs;
  }

  /** The attempt has succeeded. May be called again while the success lasts. */
  succeeded(): void {
    this.#succeededAt ??= this.#clock.monotonic();
  }

  /**
   * The attempt has failed, or its success has ended.
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

  /** Resets all counts, for example when the address has changed. */
  reset(): void {
    this.#failures.clear();
    this.#succeededAt = undefined;
  }
}

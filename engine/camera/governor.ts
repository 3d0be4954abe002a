import type { CancelTimer, Clock } from '../core/clock.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, type MonotonicTime } from '../core/time.js';

export interface GovernorOptions {
  clock: Clock;
  /** Connection attempts per second, over all cameras. */
  perSecond?: number;
  /** Attempts that may be made at once after a quiet time. 1: attempts are always evenly spaced. */
  burst?: number;
}

const DEFAULT_PER_SECOND = 10;

interface Waiter {
  admit(): void;
}

/**
 * Spreads the connection attempts of all cameras over time. Otherwise a start with hundreds of cameras, or the reboot
 * of a switch, would cause hundreds of attempts at once. First come, first served.
 */
export class ConnectionGovernor {
  readonly #clock: Clock;
  readonly #interval: number;
  readonly #tolerance: number;
  /** A queue: a Set iterates in order of insertion, and a waiter can leave it in O(1). */
  readonly #waiting = new Set<Waiter>();
  /** When the next attempt is due if attempts are evenly spaced: the theoretical arrival time of GCRA. */
  #due: MonotonicTime;
  #cancelTimer: CancelTimer | undefined;

  constructor(options: GovernorOptions) {
    this.#clock = options.clock;
    this.#interval = MICROS_PER_SECOND / (options.perSecond ?? DEFAULT_PER_SECOND);
    this.#tolerance = this.#interval * ((options.burst ?? 1) - 1);
    this.#due = options.clock.monotonic();
  }

  /**
   * Resolves when an attempt may be made.
   * @throws the signal's reason, if it is aborted first. The waiter then leaves the queue, and no attempt is counted.
   */
  acquire(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#waiting.delete(waiter);
        reject(signal?.reason);
        if (this.#waiting.size === 0) this.#stopTimer();
      };
      const waiter: Waiter = {
        admit: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(waiter);
      if (!this.#cancelTimer) this.#serve();
    });
  }

  #serve(): void {
    this.#cancelTimer = undefined;
    for (const waiter of this.#waiting) {
      const now = this.#clock.monotonic();
      const wait = this.#due - this.#tolerance - now;
      if (wait > 0) {
        this.#cancelTimer = this.#clock.after(Math.ceil(wait / MICROS_PER_MS), () => this.#serve());
        return;
      }
      this.#due = (Math.max(now, this.#due) + this.#interval) as MonotonicTime;
      this.#waiting.delete(waiter);
      waiter.admit();
    }
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }
}

import { type Clock, every } from '../core/clock.js';
import type { MonotonicTime } from '../core/time.js';

/** How often is looked what waits. What waits is at most so much older than it should be. */
const EVERY_MS = 125;

/** Writes what it has when that is due. */
export interface Flushed {
  flushDue(now: MonotonicTime): void;
}

/** One timer for all files that are being written. */
export class FlushTimer {
  readonly #clock: Clock;
  readonly #all = new Set<Flushed>();
  #stop: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(each: Flushed): void {
    this.#all.add(each);
    this.#stop ??= every(this.#clock, EVERY_MS, () => this.#look());
  }

  delete(each: Flushed): void {
    this.#all.delete(each);
    if (this.#all.size > 0) return;
    this.#stop?.();
    this.#stop = undefined;
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const each of this.#all) each.flushDue(now);
  }
}

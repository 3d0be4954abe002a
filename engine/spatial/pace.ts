import { type MediaTime, type Micros, seconds } from '../core/time.js';
import type { Trigger } from './settings.js';

/** AVA documents no interval; with `outputFrequency` 1 an event comes once a second. */
const INTERVAL = seconds(1);

/** When something that could be published is: AVA's `trigger` and `outputFrequency`. */
export class Pace {
  readonly #every: number;
  readonly #interval: Micros | undefined;
  #count = 0;
  #next: MediaTime | undefined;

  constructor(trigger: Trigger, every: number) {
    this.#every = every;
    this.#interval = trigger === 'interval' ? every * INTERVAL : undefined;
  }

  /** The first of `every` events goes out. */
  event(): boolean {
    return this.#count++ % this.#every === 0;
  }

  /** @param changed whether there is anything new at `at`. Intervals count from the first call. */
  due(at: MediaTime, changed: boolean): boolean {
    if (this.#interval === undefined) return changed && this.event();
    this.#next ??= at;
    if (at < this.#next) return false;
    const missed = Math.floor((at - this.#next) / this.#interval);
    this.#next = (this.#next + (missed + 1) * this.#interval) as MediaTime;
    return true;
  }
}

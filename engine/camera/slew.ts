import { MICROS_PER_SECOND, type Micros, type MonotonicTime, seconds } from '../core/time.js';

/** The minimum is taken over two windows of this length, long enough for at least one unit to arrive without delay. */
const WINDOW: Micros = seconds(5);
/** Errors up to this are drift between two clocks. Larger ones come from a burst or a gap and are corrected faster. */
const DRIFT: Micros = seconds(0.05);
const DRIFT_PER_SECOND: Micros = 500;
const CATCH_UP_PER_SECOND: Micros = 20_000;

/**
 * Corrects a mapping from one clock to another by the arrival of units. The network can only delay a unit, so the
 * minimum lateness in a window is the error of the mapping. Lateness above the minimum is jitter and is ignored.
 */
export class Slew {
  #windowEnd: MonotonicTime | undefined;
  #current = Number.POSITIVE_INFINITY;
  #previous = Number.POSITIVE_INFINITY;

  reset(): void {
    this.#windowEnd = undefined;
    this.#current = Number.POSITIVE_INFINITY;
    this.#previous = Number.POSITIVE_INFINITY;
  }

  /**
   * Takes the lateness (arrival − mapped time) of a unit that is `progress` after the one before it, and returns what to
   * add to the mapping.
   */
  take(lateness: Micros, arrival: MonotonicTime, progress: Micros): Micros {
    if (this.#windowEnd === undefined) this.#windowEnd = (arrival + WINDOW) as MonotonicTime;
    if (arrival >= this.#windowEnd) {
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
      this.#windowEnd = (arrival + WINDOW) as MonotonicTime;
    }
    this.#current = Math.min(this.#current, lateness);
    const error = Math.min(this.#current, this.#previous);
    // One early unit proves the mapping wrong. That all units are late is known only after a whole window.
    if (error > 0 && this.#previous === Number.POSITIVE_INFINITY) return 0;
    const perSecond = Math.abs(error) > DRIFT ? CATCH_UP_PER_SECOND : DRIFT_PER_SECOND;
    const most = (perSecond * Math.min(progress, MICROS_PER_SECOND)) / MICROS_PER_SECOND;
    const change = Math.round(Math.max(-most, Math.min(most, error)));
    this.#current -= change;
    this.#previous -= change;
    return change;
  }
}

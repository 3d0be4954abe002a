import { type MediaTime, MICROS_PER_SECOND, type Micros, seconds } from '../core/time.js';

/** Two of these are what a minimum is taken over: long enough for one unit to have come through undelayed. */
const WINDOW: Micros = seconds(5);
/** Errors up to this are drift between two clocks; larger ones come from a burst or a gap and are worn off sooner. */
const DRIFT: Micros = seconds(0.05);
const DRIFT_PER_SECOND: Micros = 500;
const CATCH_UP_PER_SECOND: Micros = 20_000;

/**
 * How a mapping from one clock to another is kept right by the arrival of units. The network only ever delays, so the
 * least lateness within a window is the error of the mapping; what lies above it is jitter and moves nothing.
 */
export class Slew {
  #windowEnd: MediaTime | undefined;
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
  take(lateness: Micros, arrival: MediaTime, progress: Micros): Micros {
    if (this.#windowEnd === undefined) this.#windowEnd = (arrival + WINDOW) as MediaTime;
    if (arrival >= this.#windowEnd) {
      this.#previous = this.#current;
      this.#current = Number.POSITIVE_INFINITY;
      this.#windowEnd = (arrival + WINDOW) as MediaTime;
    }
    this.#current = Math.min(this.#current, lateness);
    const error = Math.min(this.#current, this.#previous);
    // One unit that comes too early proves the mapping wrong; that all come late is known only after a whole window.
    if (error > 0 && this.#previous === Number.POSITIVE_INFINITY) return 0;
    const perSecond = Math.abs(error) > DRIFT ? CATCH_UP_PER_SECOND : DRIFT_PER_SECOND;
    const most = (perSecond * Math.min(progress, MICROS_PER_SECOND)) / MICROS_PER_SECOND;
    const change = Math.round(Math.max(-most, Math.min(most, error)));
    this.#current -= change;
    this.#previous -= change;
    return change;
  }
}

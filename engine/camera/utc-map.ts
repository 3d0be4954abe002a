import type { Clock } from '../core/clock.js';
import {
  type MediaTime,
  MICROS_PER_SECOND,
  type Micros,
  type MonotonicTime,
  seconds,
  type UtcMicros,
} from '../core/time.js';

/** A change of the wall clock larger than this is a step; a smaller one is followed slowly. */
const WALL_STEP: Micros = seconds(0.5);
const MEASURE_EVERY: Micros = seconds(1);
/** Greatest rate at which small changes are followed. NTP itself slews at most 500 ppm. */
const SLEW_PER_SECOND: Micros = 1_000;

/**
 * Maps media time to UTC with one offset, which is measured again and again. Small differences are slewed, so that
 * times never go back. A step is applied at once or, while a clip is being written, when the last `hold` is released,
 * so that the times of a clip's events keep their distances.
 */
export class UtcMap {
  readonly #clock: Clock;
  #offset: Micros;
  #measuredAt: MonotonicTime;
  #holds = 0;
  #stepPending = false;
  /** Sum of the steps that `takeStep` has not returned yet. */
  #unreported: Micros = 0;
  /** Difference at which the last step was noted, so that a step that is held is noted once. */
  #reported: Micros = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offset = clock.utc() - clock.monotonic();
    this.#measuredAt = clock.monotonic();
  }

  toUtc(at: MediaTime): UtcMicros {
    this.measure(this.#clock.monotonic());
    return (at + this.#offset) as UtcMicros;
  }

  /** Keeps the offset from stepping until it is released. */
  hold(): () => void {
    this.#holds++;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#holds--;
      if (this.#holds === 0 && this.#stepPending) this.#step();
    };
  }

  /** Compares the clocks, at most once a second. */
  measure(now: MonotonicTime): void {
    const elapsed = now - this.#measuredAt;
    if (elapsed < MEASURE_EVERY) return;
    this.#measuredAt = now;
    const difference = this.#difference();
    if (Math.abs(difference - this.#reported) > WALL_STEP) {
      this.#unreported += difference - this.#reported;
      this.#reported = difference;
    }
    this.#stepPending = Math.abs(difference) > WALL_STEP;
    if (this.#stepPending) {
      if (this.#holds === 0) this.#step();
      return;
    }
    this.#reported = 0;
    const most = Math.ceil((SLEW_PER_SECOND * elapsed) / MICROS_PER_SECOND);
    this.#offset += Math.max(-most, Math.min(most, difference));
  }

  /** How far the wall clock was stepped since the last call, in µs; undefined if it was not. */
  takeStep(): Micros | undefined {
    const step = this.#unreported;
    this.#unreported = 0;
    return Math.abs(step) > WALL_STEP ? step : undefined;
  }

  #step(): void {
    this.#offset += this.#difference();
    this.#stepPending = false;
    this.#reported = 0;
  }

  #difference(): Micros {
    return Math.round(this.#clock.utc() - this.#clock.monotonic() - this.#offset);
  }
}

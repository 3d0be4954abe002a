import { type Micros, millis, seconds, type UtcMicros } from '../core/time.js';

/** Of a seam between two segments nobody sees so much. */
const CORRECTION: Micros = millis(10);
/** More than this is no drift: the wall clock was set. */
const STEP: Micros = seconds(1);

/**
 * Where segments stand in the wall clock's time. Media in a segment has the camera's own clock, and players want the next one
 * where it ends. So segments that continue each other follow the camera's clock, and come nearer to the engine's by a little at
 * each seam.
 */
export class TimeLine {
  #last: { cadence: Micros; utc: UtcMicros } | undefined;

  /**
   * When a segment begins.
   * @param cadence of its first picture, on the camera's own clock
   * @param utc when that was taken, by the engine's clock
   * @param continues it continues the segment before
   */
  place(cadence: Micros, utc: UtcMicros, continues: boolean): UtcMicros {
    const follows = this.#last && this.#last.utc + cadence - this.#last.cadence;
    const off = follows === undefined ? 0 : utc - follows;
    const goesOn = continues && follows !== undefined && Math.abs(off) < STEP;
    // What is filled in ends exactly where that begins which was written before it.
    if (goesOn && cadence < this.#last!.cadence) return follows as UtcMicros;
    const start = goesOn ? ((follows + Math.max(-CORRECTION, Math.min(CORRECTION, off))) as UtcMicros) : utc;
    this.#last = { cadence, utc: start };
    return start;
  }
}

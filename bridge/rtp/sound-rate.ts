/** How long sound is watched before it is judged. µs. */
const WATCH = 10_000_000;
/** By how much sound may be off: more than any clock drifts, and than what comes late or in a burst on a busy machine. */
const TOLERATED = 0.25;
/** Stalls and bursts spoil one judgement, and another way than the next. */
const NEEDED = 2;

/** Finds out whether sound is as fast as it says: in its times, and in how much there is of it. */
export class SoundRate {
  #since: { arrival: number; pts: number } | undefined;
  /** µs of sound since then. */
  #heard = 0;
  /** Judgements in a row by which it is too fast; below 0: too slow. */
  #off = 0;
  #told = false;

  /**
   * @param arrival µs, on a clock that never goes back
   * @returns how many times as fast as it says the sound is; once, when that is certain
   */
  frame(arrival: number, pts: number, duration: number): number | undefined {
    this.#since ??= { arrival, pts };
    const passed = arrival - this.#since.arrival;
    if (passed < WATCH) {
      this.#heard += duration;
      return undefined;
    }
    const factor = this.#factor((pts - this.#since.pts) / passed, this.#heard / passed);
    this.#since = { arrival, pts };
    this.#heard = duration;
    if (factor === 1) this.#off = 0;
    else this.#off = factor > 1 ? Math.max(0, this.#off) + 1 : Math.min(0, this.#off) - 1;
    if (Math.abs(this.#off) < NEEDED || this.#told) return undefined;
    this.#told = true;
    return factor;
  }

  /** Less sound than time is no fault: there may be gaps. */
  #factor(byTimes: number, byAmount: number): number {
    if (Math.abs(byTimes - 1) > TOLERATED) return byTimes;
    return byAmount > 1 + TOLERATED ? byAmount : 1;
  }
}

/**
 * Chooses which pictures are handed on so that there are at most `maxFps` of them per second of stream, evenly spread.
 * A picture is due when a period has passed since the one before was due, not since it came: a camera whose rate is no
 * multiple of `maxFps` still gives `maxFps` on average.
 */
export class Thinning {
  readonly #period: number;
  #due = Number.NEGATIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  /** 0 hands on all. */
  constructor(maxFps: number) {
    this.#period = maxFps > 0 ? 1_000_000 / maxFps : 0;
  }

  /** Whether the picture at `pts` (µs) is handed on. Call it once for each, in the order they come. */
  takes(pts: number): boolean {
    if (this.#period === 0) return true;
    // Time went back: a new start.
    if (pts < this.#last) this.#due = Number.NEGATIVE_INFINITY;
    if (this.#due === Number.NEGATIVE_INFINITY) {
      this.#due = pts + this.#period;
    } else {
      // Cameras round their timestamps; a twentieth of the period is forgiven.
      if (pts < this.#due - this.#period / 20) return false;
      this.#due = Math.max(this.#due + this.#period, pts + this.#period / 2);
    }
    this.#last = pts;
    return true;
  }
}

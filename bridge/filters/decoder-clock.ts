import { Thinning } from './thinning.js';

/** A jump of the stream's time that the lane does not make: pictures before it and after it stay a second apart. */
const SEAM = 1_000_000;
/** Pictures waited for at most; more are fed only if the decoder gives none at all. */
const MOST_AWAITED = 1024;

/**
 * The times that units travel with, and which of their pictures are wanted. Decoders of GStreamer never let time run
 * back, so a lane has a time of its own: the stream's, moved on by an offset each time a keyframe would take it back, be
 * it that a scheduler feeds a group of pictures again or that a camera sets its clock.
 */
export class LaneClock {
  readonly #maxFps: number;
  #thinning: Thinning;
  #offset = 0;
  /** Of the units since time last went back: the latest stream time. */
  #leading = Number.NEGATIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #last = 0;
  /** Lane times of shown units whose pictures have not come back, and their stream times. */
  readonly #awaited = new Map<number, number>();

  /** @param maxFps pictures shown per second at most; 0: all. */
  constructor(maxFps: number) {
    this.#maxFps = maxFps;
    this.#thinning = new Thinning(maxFps);
  }

  /** For a unit that is about to be fed. `shown`: its picture is wanted. `leads`: no unit before it is shown later. */
  next(pts: number, key: boolean): { lane: number; shown: boolean; leads: boolean } {
    if (key && (pts + this.#offset <= this.#highest || pts + this.#offset < 0)) {
      this.#offset = Math.max(0, this.#highest + 1) + SEAM - pts;
      this.#leading = Number.NEGATIVE_INFINITY;
      this.#thinning = new Thinning(this.#maxFps);
    }
    // In decoding order a picture may come after one that is shown later; to be thinned evenly, only those that lead count.
    const leads = pts > this.#leading;
    if (leads) this.#leading = pts;
    const lane = this.#give(pts + this.#offset);
    const shown = this.#maxFps === 0 || (leads && this.#thinning.takes(pts));
    if (shown) this.#await(lane, pts);
    return { lane, shown, leads };
  }

  /** For a copy of the unit fed last, see push-out.ts. */
  copy(): number {
    return this.#give(this.#last + 1);
  }

  /** Stream time of a picture that came back, or undefined if it is not wanted. Pictures come in lane time. */
  picture(lane: number): number | undefined {
    const pts = this.#awaited.get(lane);
    if (pts === undefined) return undefined;
    // What should have come earlier and did not is lost.
    for (const earlier of this.#awaited.keys()) if (earlier <= lane) this.#awaited.delete(earlier);
    return pts;
  }

  #await(lane: number, pts: number): void {
    if (this.#awaited.size >= MOST_AWAITED) this.#awaited.clear();
    this.#awaited.set(lane, pts);
  }

  #give(lane: number): number {
    this.#last = Math.max(0, lane);
    this.#highest = Math.max(this.#highest, this.#last);
    return this.#last;
  }
}

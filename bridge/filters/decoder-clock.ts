import { Thinning } from './thinning.js';

/** Distance in µs of the pictures before and after a jump of stream time that decoder time does not follow. */
const SEAM = 1_000_000;
/** Pictures awaited at most; there are more only if the decoder gives none at all. */
const MOST_AWAITED = 1024;

/**
 * Decoder time: the times that units are fed with, and which of their pictures are wanted. GStreamer's decoders never let
 * time run back, so decoder time is stream time plus an offset, which grows each time a keyframe would take it back: when
 * a scheduler feeds a group of pictures again, or when a camera sets its clock. All times are in µs.
 */
export class DecoderClock {
  readonly #maxFps: number;
  #thinning: Thinning;
  #offset = 0;
  /** Of the units since the offset last changed: the latest stream time. */
  #leading = Number.NEGATIVE_INFINITY;
  #highest = Number.NEGATIVE_INFINITY;
  #last = 0;
  /** Decoder time to stream time of shown units whose pictures have not come back. */
  readonly #awaited = new Map<number, number>();

  /** @param maxFps pictures shown per second at most; 0: all. */
  constructor(maxFps: number) {
    this.#maxFps = maxFps;
    this.#thinning = new Thinning(maxFps);
  }

  /**
   * For a unit that is about to be fed, with its stream time.
   *
   * @param wanted it is shown though it would be one picture too many; the others are the same as without it
   * @returns `time`: decoder time to feed it with; `shown`: its picture is wanted; `leads`: no unit before it is shown
   *   later
   */
  next(pts: number, key: boolean, wanted = false): { time: number; shown: boolean; leads: boolean } {
    if (key && (pts + this.#offset <= this.#highest || pts + this.#offset < 0)) {
      this.#offset = Math.max(0, this.#highest + 1) + SEAM - pts;
      this.#leading = Number.NEGATIVE_INFINITY;
      this.#thinning = new Thinning(this.#maxFps);
    }
    // B-frames are decoded after a picture that is shown later. Thinning is even if only pictures that lead count.
    const leads = pts > this.#leading;
    if (leads) this.#leading = pts;
    const time = this.#give(pts + this.#offset);
    const isDue = this.#maxFps === 0 || (leads && this.#thinning.takes(pts));
    const shown = isDue || wanted;
    if (shown) this.#await(time, pts);
    return { time, shown, leads };
  }

  /** Decoder time for a copy of the unit fed last, see push-out.ts. */
  copy(): number {
    return this.#give(this.#last + 1);
  }

  /** Stream time of a picture that came back, or undefined if it is not wanted. Pictures come in order of their time. */
  picture(time: number): number | undefined {
    const pts = this.#awaited.get(time);
    if (pts === undefined) return undefined;
    // Pictures that should have come earlier are lost.
    for (const earlier of this.#awaited.keys()) if (earlier <= time) this.#awaited.delete(earlier);
    return pts;
  }

  #await(time: number, pts: number): void {
    if (this.#awaited.size >= MOST_AWAITED) this.#awaited.clear();
    this.#awaited.set(time, pts);
  }

  #give(time: number): number {
    this.#last = Math.max(0, time);
    this.#highest = Math.max(this.#highest, this.#last);
    return this.#last;
  }
}

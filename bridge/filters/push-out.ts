/** A picture that is not back after this long is held back, not still being decoded. */
const HELD_AFTER_MS = 150;
/** Copies at most. Decoders hold back as many pictures as the stream says it reorders; cameras with B-frames say 1 or 2. */
const MOST = 4;

/**
 * A stream with B-frames makes its decoder hold pictures back until later ones are in. Fed with keyframes only, that
 * is a delay of one or more whole groups of pictures. Feeding the keyframe again pushes its picture out: a keyframe
 * refers to nothing, so this changes nothing for what follows.
 *
 * The number of copies adjusts itself: one more when the picture before was not back in time, one less when the picture of
 * the last copy came back too.
 */
export class PushOut {
  readonly #now: () => number;
  #copies = 0;
  #previousWasKey = false;
  /** The last keyframe: its decoder time, when it was fed, whether its picture has come back. */
  #key = Number.NaN;
  #fedAt = 0;
  #back = true;
  /** Decoder time of its last copy while nothing was fed after it. */
  #lastCopy = Number.NaN;
  /** Decoder times of copies whose pictures have not come back, oldest first. */
  #pending: number[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** How many copies the unit that is about to be fed needs. `shown`: its picture will come back. */
  copiesFor(key: boolean, shown: boolean): number {
    const sparse = key && shown && this.#previousWasKey;
    this.#previousWasKey = key && shown;
    this.#lastCopy = Number.NaN;
    if (sparse && !this.#back && this.#now() - this.#fedAt > HELD_AFTER_MS && this.#copies < MOST) this.#copies += 1;
    return sparse ? this.#copies : 0;
  }

  /** A keyframe that is shown was fed with the decoder time `time`, and its copies with those in `copies`. */
  fedKey(time: number, copies: readonly number[]): void {
    this.#key = time;
    this.#fedAt = this.#now();
    this.#back = false;
    this.#pending.push(...copies);
    this.#lastCopy = copies[copies.length - 1] ?? Number.NaN;
  }

  /** Called once for each picture that comes back, with its decoder time. True: it is a copy's and to be thrown away. */
  isCopy(time: number): boolean {
    if (time === this.#key) this.#back = true;
    // Pictures come in order of their time: what is earlier and has not come will not come.
    while (this.#pending.length > 0 && this.#pending[0]! < time) this.#pending.shift();
    if (this.#pending[0] !== time) return false;
    this.#pending.shift();
    if (time === this.#lastCopy) this.#copies -= 1;
    return true;
  }
}

/** Copies at most. Cameras with B-frames say that 1 or 2 pictures are held back. */
const MOST_COPIES = 4;
/** Units that are compared with each other: no stream reorders more. */
const MOST_REORDERED = 16;

/**
 * A stream with B-frames makes its decoder hold pictures back until later ones are in. A keyframe behind which nothing is fed for
 * a while would come out one or more groups of pictures too late. Feeding it again pushes its picture out: a keyframe refers to
 * nothing, so this changes nothing for what follows.
 *
 * There are as many copies as pictures are held back: so many as the stream says, or as it has been seen to reorder. How late pictures
 * are tells nothing of it: on a machine with too much work they are late as well, and copies would be yet more work.
 */
export class PushOut {
  /** Decoder times of copies whose pictures have not come back, oldest first. */
  readonly #pending: number[] = [];
  /** Stream times of the last units, from the last keyframe on. */
  readonly #last: number[] = [];
  #reordered = 0;

  /** A unit is about to be fed, with its stream time. `leads`: no unit before it is shown later. */
  unit(pts: number, key: boolean, leads: boolean): void {
    if (key) this.#last.length = 0;
    if (!leads) this.#reordered = Math.max(this.#reordered, this.#last.filter((before) => before > pts).length);
    if (this.#last.length === MOST_REORDERED) this.#last.shift();
    this.#last.push(pts);
  }

  /**
   * How many copies a keyframe needs behind which nothing is fed.
   * @param said how many pictures are held back as the stream says
   */
  copies(said: number): number {
    return Math.min(MOST_COPIES, Math.max(said, this.#reordered));
  }

  /** A copy was fed with this decoder time. */
  fed(time: number): void {
    this.#pending.push(time);
  }

  /** Called once for each picture that comes back, with its decoder time. True: it is a copy's and to be thrown away. */
  isCopy(time: number): boolean {
    // Pictures come in order of their time: what is earlier and has not come will not come.
    while (this.#pending.length > 0 && this.#pending[0]! < time) this.#pending.shift();
    if (this.#pending[0] !== time) return false;
    this.#pending.shift();
    return true;
  }
}

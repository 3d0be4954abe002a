/**
 * Decoding times for pictures that come in decoding order with presentation times alone, as from a camera: each picture's is the
 * presentation time that stands as many places earlier in the order of presentation as pictures are reordered by. So they
 * rise, and none is later than its picture.
 */
export class DecodeTimes {
  /** By how many places a picture may come before it is shown. Grows when a picture shows that it is more. */
  #depth: number;
  readonly #frame: number;
  /** The latest presentation times, at most as many as the depth, in their order. */
  #window: number[] = [];
  #last = Number.NEGATIVE_INFINITY;

  /**
   * @param depth of reordering, as far as it is known; 0 without B-frames
   * @param frame how long a picture is shown, as a guess for the first
   */
  constructor(depth: number, frame: number) {
    this.#depth = depth;
    this.#frame = frame;
  }

  /** The decoding time of the next picture. In the same unit as presentation times. */
  next(pts: number): number {
    const place = this.#window.findIndex((each) => each > pts);
    const later = place < 0 ? 0 : this.#window.length - place;
    if (later > this.#depth) this.#depth = later;
    this.#window.splice(place < 0 ? this.#window.length : place, 0, pts);
    const missing = this.#depth + 1 - this.#window.length;
    const first = this.#window[0]!;
    const due = missing > 0 ? first - missing * this.#frame : this.#window.shift()!;
    this.#last = Math.max(this.#last + 1, Math.min(due, pts));
    return this.#last;
  }
}

/** By how many places pictures are reordered, in decoding order. */
export const reorderDepth = (times: readonly number[]): number => {
  let depth = 0;
  for (let index = 0; index < times.length; index++) {
    let later = 0;
    for (let before = index - 1; before >= Math.max(0, index - 16); before--)
      if (times[before]! > times[index]!) later++;
    depth = Math.max(depth, later);
  }
  return depth;
};

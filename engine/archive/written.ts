import type { Tail } from './tail.js';

/** Pictures that were let through and are not in the video, though later ones are. */
export interface Hole {
  /** Ring indexes: of the first of them, and of the first one behind them that is in the video. */
  from: number;
  before: number;
  /** What they follow, if that is in the video. */
  after: Tail | undefined;
}

/** What of the ring is in a video already: the stretches that have been written, in the order of the ring. */
export class Written {
  #stretches: { from: number; tail: Tail }[] = [];

  /** Where the last of them ends. */
  get last(): Tail | undefined {
    return this.#stretches.at(-1)?.tail;
  }

  /** Takes note of a stretch. It is known by its first picture: what was noted of it before does not count any more. */
  put(from: number, tail: Tail): void {
    this.#stretches = this.#stretches.filter((each) => each.from !== from);
    this.#stretches.push({ from, tail });
    this.#stretches.sort((a, b) => a.from - b.from);
  }

  /** Forgets what has left the ring, except for the last stretch. */
  forgetBefore(index: number): void {
    this.#stretches = this.#stretches.filter(
      ({ tail }, place, all) => tail.next.index > index || place === all.length - 1,
    );
  }

  /**
   * What is missing of an opening that wants everything from a picture on.
   * @param going ring index from which a stretch is being written, if there is one
   */
  holes(first: number, going: number | undefined): Hole[] {
    const holes: Hole[] = [];
    let from = first;
    let after: Tail | undefined;
    const upTo = (before: number): void => {
      if (before > from) holes.push({ from, before, after });
    };
    for (const stretch of this.#stretches) {
      if (stretch.tail.next.index < from) continue;
      upTo(stretch.from);
      from = stretch.tail.next.index;
      after = stretch.tail;
    }
    if (going !== undefined) upTo(going);
    return holes;
  }
}

import { type MonotonicTime, millis } from '../../core/time.js';

export interface WindowOptions {
  readonly first: number;
  readonly most: number;
}

/** As few as let a server work on one sample while the next is there already. */
const LEAST = 2;
/** An answer this long after the last sample came by itself, not because of it. */
const PROMPT_MS = 300;
/** So many of those in a row, with all that may be under way, and less is sent: one alone may be chance. */
const IN_A_ROW = 3;
/** Silence before more is sent than before, and between further steps. */
const STALL_MS = 1_000;
const STEP_MS = 250;
/** Weight of the newest gap between answers in the mean. */
const WEIGHT = 0.3;

/**
 * How many samples may be under way.
 *
 * Some servers answer a sample only when later ones arrive, up to ten of them; with fewer under way, they and we would
 * wait for each other. Others are merely slow, and whatever is sent to them early is only answered late. They differ in
 * what makes them answer: the first kind needs a new sample, the second answers by itself. So the window grows while
 * nothing comes, shrinks while a server answers by itself, and stays where a smaller one was seen to be too small.
 */
export class Window {
  readonly #most: number;
  #limit: number;
  #least = LEAST;
  #shrunk = false;
  #grewTo: number | undefined;
  #byItself = 0;
  #answersByItself = false;
  #answeredAt: MonotonicTime | undefined;
  /** Mean time between answers, in microseconds. */
  #gap = 0;

  constructor({ first, most }: WindowOptions) {
    this.#limit = first;
    this.#most = most;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Silence, in microseconds, that a server which answers by itself has now and then. */
  get usualSilence(): number {
    return this.#answersByItself ? 3 * this.#gap : 0;
  }

  /** @param full whether as many as allowed were under way */
  answered(now: MonotonicTime, lastSentAt: MonotonicTime, full: boolean): void {
    const prompt = now - lastSentAt < millis(PROMPT_MS);
    if (full && this.#answeredAt !== undefined) this.#gap += WEIGHT * (now - this.#answeredAt - this.#gap);
    this.#answeredAt = now;
    if (prompt) {
      this.#byItself = 0;
      if (this.#grewTo !== undefined && this.#shrunk) this.#least = this.#grewTo;
    } else {
      this.#answersByItself = true;
      if (full && ++this.#byItself >= IN_A_ROW && this.#limit > this.#least) {
        this.#byItself = 0;
        this.#limit--;
        this.#shrunk = true;
      }
    }
    this.#grewTo = undefined;
  }

  /**
   * To be called now and then while the window is full.
   *
   * @param since when something was sent or answered last
   * @returns whether it has grown
   */
  stalled(now: MonotonicTime, since: MonotonicTime): boolean {
    const patience = Math.max(millis(this.#grewTo === undefined ? STALL_MS : STEP_MS), this.usualSilence);
    if (this.#limit >= this.#most || now - since < patience) return false;
    this.#limit++;
    this.#grewTo = this.#limit;
    return true;
  }

  /** A sample had no answer in time although the server works: it has too much to do. */
  overdue(): void {
    this.#limit = Math.max(1, this.#limit >> 1);
    this.#least = 1;
  }

  /** A new stream: what was learned stays, but the time between streams is no gap between answers. */
  restart(): void {
    this.#answeredAt = undefined;
    this.#grewTo = undefined;
  }
}

import { type Micros, type MonotonicTime, millis } from '../../core/time.js';

export interface WindowOptions {
  readonly first: number;
  readonly most: number;
}

/** More than before, and what came of it. */
interface Growth {
  readonly from: number;
  answers: number;
  prompt: number;
}

/** As few as let a server work on one sample while the next is there already. */
const LEAST = 2;
/** An answer this long after the last sample came by itself, not because of it. */
const PROMPT_MS = 300;
/** So many of those in a row, with all that may be under way, and less is sent: one alone may be chance. */
const IN_A_ROW = 3;
/** Silence before more is sent than before, and between the steps until something comes. */
const STALL_MS = 1_000;
const LONGEST_STALL_MS = 8_000;
const STEP_MS = 400;
/** Answers that show whether growing has helped, and how many of them have to be prompt. */
const TRIAL = 4;
const TRIAL_PROMPT = 3;
/** Weight of the newest gap between answers in the mean. */
const WEIGHT = 0.3;

/**
 * How many samples may be under way.
 *
 * Some servers answer a sample only when later ones arrive, up to ten of them; with fewer under way, they and we would
 * wait for each other. Others are merely slow, and whatever is sent to them early is only answered late. What makes
 * them answer tells them apart: the first kind needs a new sample, the second answers by itself. So the window grows
 * while nothing comes, and is as before if the answers after that were not prompt; it shrinks while a server answers by
 * itself, and never again below what was seen to be too small.
 */
export class Window {
  readonly #most: number;
  #limit: number;
  /** It does not shrink below this. */
  #least = LEAST;
  /** What the server is known to need, or is thought to at first; it has shrunk if the limit is lower. */
  #proper: number;
  #byItself = 0;
  #answersByItself = false;
  #stallMs = STALL_MS;
  #growth: Growth | undefined;
  #answeredAt: MonotonicTime | undefined;
  /** Mean time between answers while there is more to answer. */
  #gap: Micros = 0;

  constructor({ first, most }: WindowOptions) {
    this.#limit = first;
    this.#proper = first;
    this.#most = most;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Silence that a server which answers by itself has now and then. */
  get usualSilence(): Micros {
    return this.#answersByItself ? 3 * this.#gap : 0;
  }

  /** @param underWay samples that were, with this one */
  answered(now: MonotonicTime, lastSentAt: MonotonicTime, underWay: number): void {
    const prompt = now - lastSentAt < millis(PROMPT_MS);
    const full = underWay >= this.#limit;
    if (underWay > 1 && this.#answeredAt !== undefined) this.#measure(now - this.#answeredAt);
    this.#answeredAt = now;
    if (this.#growth) this.#judge(this.#growth, prompt);
    else if (prompt) this.#byItself = 0;
    else if (full) this.#shrink();
    if (!prompt) this.#answersByItself = true;
  }

  /**
   * To be called now and then while the window is full.
   *
   * @param since when something was sent or answered last
   * @returns whether it has grown
   */
  stalled(now: MonotonicTime, since: MonotonicTime): boolean {
    const growth = this.#growth;
    const patience = growth?.answers === 0 ? millis(STEP_MS) : Math.max(millis(this.#stallMs), this.usualSilence);
    if (now - since < patience) return false;
    if (growth && growth.answers > 0) {
      this.#undo(growth);
      return false;
    }
    if (this.#limit >= this.#most) return false;
    if (this.#limit < this.#proper) this.#least = this.#limit + 1;
    else this.#growth ??= { from: this.#limit, answers: 0, prompt: 0 };
    this.#limit++;
    return true;
  }

  /** A sample had no answer in time although the server works: it has too much to do. */
  overdue(): void {
    this.#limit = Math.max(1, this.#limit >> 1);
    this.#proper = this.#limit;
    this.#least = 1;
    this.#growth = undefined;
  }

  /** A new stream: what was learned stays, but the time between streams is no gap between answers. */
  restart(): void {
    this.#answeredAt = undefined;
    this.#growth = undefined;
  }

  #measure(gap: Micros): void {
    this.#gap = this.#gap === 0 ? gap : this.#gap + WEIGHT * (gap - this.#gap);
  }

  #judge(growth: Growth, prompt: boolean): void {
    growth.answers++;
    if (prompt) growth.prompt++;
    if (growth.answers < TRIAL) return;
    if (growth.prompt < TRIAL_PROMPT) {
      this.#undo(growth);
      return;
    }
    this.#proper = this.#limit;
    this.#growth = undefined;
  }

  /** It has not helped. The next time it is tried later. */
  #undo(growth: Growth): void {
    this.#limit = growth.from;
    this.#stallMs = Math.min(LONGEST_STALL_MS, this.#stallMs * 2);
    this.#growth = undefined;
  }

  #shrink(): void {
    if (++this.#byItself < IN_A_ROW || this.#limit <= this.#least) return;
    this.#byItself = 0;
    this.#limit--;
  }
}

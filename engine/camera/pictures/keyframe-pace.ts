import { type MediaTime, type Micros, millis, seconds } from '../../core/time.js';
import type { AccessUnit } from '../types.js';

/** Keyframes that are looked at are no closer. Where each picture is one, others in between are as good as any. */
export const LEAST_APART: Micros = millis(950);
/** Where keyframes are further apart, too much would happen between two of them. */
const MOST_APART: Micros = seconds(4);
/** The same if the user has chosen to look at fewer than there are. */
const CHOSEN_APART: Micros = seconds(10);
/** What is looked at is judged within this time, usually. */
export const JUDGED_WITHIN: Micros = seconds(1);

/** How far apart keyframes can be that are looked at. */
export const longestGlance = (every: number): Micros => (every > 1 ? CHOSEN_APART : MOST_APART);

/** How far apart a camera's keyframes are, and what follows from it for looking at one in `every`. */
export class KeyframePace {
  readonly every: number;
  readonly #onLate: (most: Micros) => void;
  #gop: Micros = 0;
  #last: MediaTime | undefined;
  #late: Micros = 0;

  /** @param onLate what is in a picture may be found so much later than it comes. */
  constructor(every: number, onLate: (most: Micros) => void) {
    this.every = every;
    this.#onLate = onLate;
  }

  /** From one keyframe to the next, in µs; 0: not known. */
  get gop(): Micros {
    return this.#gop;
  }

  /** From one that is looked at to the next. */
  get apart(): Micros {
    return Math.max(LEAST_APART, this.#gop * this.every);
  }

  /** See `longestGlance`. */
  get mostApart(): Micros {
    return longestGlance(this.every);
  }

  /** They are close enough to be looked at alone. */
  get suffices(): boolean {
    return this.#gop > 0 && this.#gop <= MOST_APART;
  }

  /** Takes each keyframe. */
  note({ pts }: Pick<AccessUnit, 'pts'>): void {
    if (this.#last !== undefined) this.#gop = Math.max(this.#gop * 0.9, pts - this.#last);
    this.#last = pts;
    // Twice: two may be looked at together.
    const late = 2 * Math.min(this.mostApart, this.#gop > 0 ? this.apart : MOST_APART) + JUDGED_WITHIN;
    if (Math.abs(late - this.#late) < this.#late / 8) return;
    this.#late = late;
    this.#onLate(late);
  }

  /** The next keyframe is that of another stream. */
  reset(): void {
    this.#last = undefined;
    this.#gop = 0;
  }
}

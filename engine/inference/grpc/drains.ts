import { type Micros, millis } from '../../core/time.js';

/** Longest silence before a server is asked again for what it holds back, however often that was in vain. */
const LONGEST_MS = 60_000;

/**
 * When to end a stream in good order because nothing moves on it. Servers that hold back answers until later pictures
 * arrive give them out then. For others it is of no use, or the end of everything: they are asked less and less.
 */
export class Drains {
  readonly #idleMs: number;
  #inVain = 0;

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** @param usualSilence of this server, in microseconds */
  idleAfter(usualSilence: Micros): Micros {
    return Math.max(usualSilence, millis(Math.min(LONGEST_MS, this.#idleMs * 2 ** this.#inVain)));
  }

  ended(fruitful: boolean): void {
    this.#inVain = fruitful ? 0 : this.#inVain + 1;
  }
}

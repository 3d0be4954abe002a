/**
 * How long pictures are gathered before a worker is woken. To wake a worker and to be woken by it costs several times
 * what judging a picture costs, so many cameras share a task; a few cameras have nothing to wait for. The wait therefore
 * grows with the square of the rate at which pictures arrive, and is 0 when it would gain less than one more picture.
 */
const LONGEST_MS = 50;
/** From this rate on, in pictures a millisecond, the wait is the longest. */
const FULL_RATE = 1;
/** The rate is measured over about the last second. */
const MEMORY_MS = 1000;

export class Gather {
  #rate = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** Notes a picture at `now` (ms) and says how many ms to wait for others, 0 for not at all. */
  arrived(now: number): number {
    this.#rate = this.#rate * Math.exp((this.#last - now) / MEMORY_MS) + 1 / MEMORY_MS;
    this.#last = now;
    const wait = Math.min(1, this.#rate / FULL_RATE) ** 2 * LONGEST_MS;
    return this.#rate * wait < 1 ? 0 : wait;
  }
}

/** If no picture comes for this long and nothing waits in this process, the decoder has lost the units. */
const LOST_AFTER_MS = 1000;

/**
 * Bytes of the units that a decoder has not decoded yet, inferred from its pictures: one with decoder time t means that
 * everything up to t is done. Units fed while no picture is awaited are not counted.
 */
export class DecodeBacklog {
  readonly #now: () => number;
  /** Units fed, in order. The first that counts, at `#head`, is one whose picture is awaited. */
  #queue: { time: number; size: number; shown: boolean }[] = [];
  #head = 0;
  #bytes = 0;
  #lastPicture: number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastPicture = now();
  }

  fed(time: number, size: number, shown: boolean): void {
    if (this.#head === this.#queue.length) {
      if (!shown) return;
      this.#lastPicture = this.#now();
    }
    this.#queue.push({ time, size, shown });
    this.#bytes += size;
  }

  picture(time: number): void {
    this.#lastPicture = this.#now();
    // In decoding order a unit may come before one that is shown earlier; it stays until its own picture comes.
    for (let first = this.#queue[this.#head]; first !== undefined; first = this.#queue[this.#head]) {
      if (first.time > time && first.shown) break;
      this.#bytes -= first.size;
      this.#head += 1;
    }
    if (this.#head > 256 && this.#head * 2 > this.#queue.length) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** `waiting`: bytes that have not left this process. */
  bytes(waiting: number): number {
    if (waiting === 0 && this.#bytes > 0 && this.#now() - this.#lastPicture > LOST_AFTER_MS) this.clear();
    return Math.max(this.#bytes, waiting);
  }

  clear(): void {
    this.#queue = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}

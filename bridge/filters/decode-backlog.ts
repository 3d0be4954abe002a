/** Without a picture for this long, and nothing waiting in this process, units are taken for lost in the decoder. */
const LOST_AFTER_MS = 1000;

/**
 * Bytes of the units that a decoder has not worked off, told from the pictures that come back: one with decoder time t
 * means that everything up to t is done. What is fed while no picture is awaited is not counted; it shows with the next.
 */
export class DecodeBacklog {
  readonly #now: () => number;
  /** Units fed, in order, from the first whose picture is awaited; a queue whose head moves. */
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
    // In decoding order a unit may stand in front of one that is shown before it; it goes with its own picture.
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

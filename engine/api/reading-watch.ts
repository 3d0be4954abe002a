import type { Clock } from '../core/clock.js';
import type { Micros, MonotonicTime } from '../core/time.js';

/** What a connection shows of how far its peer has read. */
interface Signs {
  /** Bytes that the network has taken for it. */
  progress: number;
  /** There is something for the peer to read. */
  unread: boolean;
}

/**
 * How long a peer has taken nothing although there is something to take. Whatever it takes counts, however little. What
 * this process has handed over says little of that: a system takes megabytes at once and then nothing for a minute. So
 * the system's own queue counts as well, which changes with all that the peer's system takes.
 */
export class ReadingWatch {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #progress = 0;
  #queue: number | undefined;
  #signAt: MonotonicTime;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#signAt = clock.monotonic();
  }

  /** The peer has shown by itself that it reads. */
  sign(): void {
    this.#signAt = this.#clock.monotonic();
    this.#queue = undefined;
  }

  /**
   * Bytes in the system's queue that the peer's system has not taken. It grows only while there is room in it, so a change
   * in either direction shows that the peer takes something.
   */
  queueIs(bytes: number): void {
    const before = this.#queue;
    if (before !== undefined && bytes !== before) this.sign();
    this.#queue = bytes;
  }

  /** To be called about once a second. */
  stuckFor({ progress, unread }: Signs): Micros {
    if (progress > this.#progress || !unread) {
      this.#progress = Math.max(progress, this.#progress);
      this.sign();
    }
    return this.silentFor;
  }

  /** Since the last sign that was seen. */
  get silentFor(): Micros {
    return this.#clock.monotonic() - this.#signAt;
  }
}

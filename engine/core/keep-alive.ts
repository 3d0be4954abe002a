/** Longer than this no timer of Node.js can be. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Keeps the process alive for as long as somebody holds it. Nothing else of an engine does: its timers, sockets and
 * child processes leave that to the program.
 */
export class KeepAlive {
  #holders = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Returns the way to let go. Letting go again does nothing. */
  hold(): () => void {
    this.#holders += 1;
    this.#timer ??= setInterval(() => {}, LONGEST_MS);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#holders -= 1;
      if (this.#holders > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    };
  }

  /** Holds the process until `work` has ended. */
  async during<T>(work: () => T | Promise<T>): Promise<T> {
    const letGo = this.hold();
    try {
      return await work();
    } finally {
      letGo();
    }
  }
}

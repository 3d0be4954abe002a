/** Does something once nothing has happened for a while. */
export class Resting {
  readonly #ms: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number) {
    this.#ms = ms;
  }

  /** Instead of what was to be done before. */
  once(what: () => void): void {
    this.stop();
    this.#timer = setTimeout(what, this.#ms);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

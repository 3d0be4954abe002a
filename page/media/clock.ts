/**
 * The one clock of all that plays together: which moment is shown. In ms since the epoch. Elements follow it, and none leads:
 * one that is late would hold up the others, one that is early would pull them along.
 */
export class PlayClock {
  readonly #now: () => number;
  #at: number;
  /** Of the machine's clock, when it was `#at`. */
  #since: number;
  #playing = false;
  #held = false;
  #rate = 1;

  /** @param now of a clock that never steps, in ms */
  constructor(at: number, now: () => number = () => performance.now()) {
    this.#now = now;
    this.#at = at;
    this.#since = now();
  }

  get time(): number {
    return this.runs ? this.#at + (this.#now() - this.#since) * this.#rate : this.#at;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get rate(): number {
    return this.#rate;
  }

  /** Time passes. */
  get runs(): boolean {
    return this.#playing && !this.#held;
  }

  play(): void {
    this.#change(() => {
      this.#playing = true;
    });
  }

  pause(): void {
    this.#change(() => {
      this.#playing = false;
    });
  }

  /** Stands still while media is on its way, though it is to play. */
  hold(held: boolean): void {
    if (held === this.#held) return;
    this.#change(() => {
      this.#held = held;
    });
  }

  setRate(rate: number): void {
    this.#change(() => {
      this.#rate = rate;
    });
  }

  seek(to: number): void {
    this.#at = to;
    this.#since = this.#now();
  }

  #change(what: () => void): void {
    this.seek(this.time);
    what();
  }
}

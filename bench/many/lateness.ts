/** How late things were, counted by whole milliseconds: nothing grows, however many there are. */
export class Lateness {
  readonly #counts = new Uint32Array(1001);
  #max = 0;

  add(ms: number): void {
    const last = this.#counts.length - 1;
    this.#counts[Math.min(last, Math.max(0, Math.floor(ms)))]!++;
    if (ms > this.#max) this.#max = ms;
  }

  /** Of what came since the last call, in ms. Half and 99 of 100 are at most so late, with the exactness of a ms; NaN of none. */
  take(): { p50: number; p99: number; max: number } {
    const taken = { p50: this.#within(0.5), p99: this.#within(0.99), max: this.#max };
    this.#counts.fill(0);
    this.#max = 0;
    return taken;
  }

  #within(share: number): number {
    const all = this.#counts.reduce((sum, count) => sum + count, 0);
    if (all === 0) return Number.NaN;
    let seen = 0;
    const ms = this.#counts.findIndex((count) => {
      seen += count;
      return seen >= share * all;
    });
    return ms === this.#counts.length - 1 ? this.#max : ms + 1;
  }
}

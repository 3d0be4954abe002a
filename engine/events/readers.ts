/** What ends with the engine: subscriptions, and loops over events. */
export class Readers {
  readonly #ends = new Set<() => void>();
  #ended = false;

  /**
   * Calls `end` when the engine closes; at once if it is closed.
   * @returns what to call when the reader has ended by itself
   */
  add(end: () => void): () => void {
    if (this.#ended) {
      end();
      return () => {};
    }
    this.#ends.add(end);
    return () => void this.#ends.delete(end);
  }

  /** Ends all of them. The journal can still be read, and nothing more will be written to it. */
  end(): void {
    this.#ended = true;
    for (const end of [...this.#ends]) end();
    this.#ends.clear();
  }
}

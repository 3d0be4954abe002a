/**
 * Finds the end of a run in a lane. A pipeline that is stopped while it writes leaves an incomplete packet behind, so after
 * the stop the writer adds a marker, random bytes that both ends know, and nothing after it until the next run. A run
 * has ended when the last bytes received are the marker; no search is needed.
 */
export class MarkerWatch {
  readonly #marker: Buffer;
  /** The last bytes received. A copy: chunks are reused, and one may end within the marker. */
  readonly #tail: Buffer;
  #tailLength = 0;

  constructor(marker: Buffer) {
    this.#marker = marker;
    this.#tail = Buffer.alloc(marker.length);
  }

  /** Whether the lane's bytes, this chunk included, end with the marker. */
  endsRun(chunk: Buffer): boolean {
    const length = this.#marker.length;
    if (chunk.length >= length) {
      chunk.copy(this.#tail, 0, chunk.length - length);
      this.#tailLength = length;
    } else {
      const keep = Math.min(this.#tailLength, length - chunk.length);
      this.#tail.copyWithin(0, this.#tailLength - keep, this.#tailLength);
      chunk.copy(this.#tail, keep);
      this.#tailLength = keep + chunk.length;
    }
    return this.#tailLength === length && this.#marker.equals(this.#tail);
  }

  reset(): void {
    this.#tailLength = 0;
  }
}

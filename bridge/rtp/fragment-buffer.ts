/** A buffer that grew beyond this for one large unit is released after it. */
const KEEP = 512 * 1024;
const FIRST = 4096;

/** Puts a unit together whose parts come in several packets. One buffer serves one unit after another. */
export class FragmentBuffer {
  readonly #limit: number;
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  /** @param limit a unit with more bytes is not taken */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#length;
  }

  get capacity(): number {
    return this.#bytes.length;
  }

  /** What has been put together: a view, valid until the buffer is changed. */
  get unit(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds what lies in `part` from `from` up to `to`. False: that is too much, and nothing was added. */
  add(part: Buffer, from = 0, to = part.length): boolean {
    const more = Math.max(0, to - from);
    if (!this.#reserve(this.#length + more)) return false;
    if (more > 0) part.copy(this.#bytes, this.#length, from, to);
    this.#length += more;
    return true;
  }

  addByte(byte: number): boolean {
    if (!this.#reserve(this.#length + 1)) return false;
    this.#bytes[this.#length++] = byte;
    return true;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEEP) this.#bytes = Buffer.alloc(0);
  }

  #reserve(length: number): boolean {
    if (length > this.#limit) return false;
    if (length <= this.#bytes.length) return true;
    const grown = Buffer.allocUnsafeSlow(Math.min(this.#limit, Math.max(length, 2 * this.#bytes.length, FIRST)));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
    return true;
  }
}

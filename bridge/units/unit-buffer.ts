const START_CODE = Buffer.from([0, 0, 0, 1]);
const FIRST_BYTES = 16 * 1024;
/** A buffer that grew beyond this for one large picture is given back. */
const KEEP_BYTES = 1024 * 1024;

/** A byte stream that grows by NAL units, in memory that is used again. */
export class UnitBuffer {
  #bytes = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Valid until the next change. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Adds a NAL unit, with a start code in front. */
  addNal(nal: Uint8Array): void {
    const at = this.#length;
    this.#grow(at + START_CODE.length + nal.length);
    this.#bytes.set(START_CODE, at);
    this.#bytes.set(nal, at + START_CODE.length);
    this.#length = at + START_CODE.length + nal.length;
  }

  addBytes(bytes: Uint8Array): void {
    this.#grow(this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEEP_BYTES) this.#bytes = Buffer.alloc(0);
  }

  #grow(length: number): void {
    if (length <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length, FIRST_BYTES));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}

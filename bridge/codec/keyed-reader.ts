import type { BitReader } from './bits.js';

/**
 * Reads the fields of a parameter set that count for decoding and showing pictures, and remembers their values. Fields that
 * do not count are read from `bits`, past its memory.
 */
export class KeyedReader {
  readonly bits: BitReader;
  readonly #values: number[] = [];

  constructor(bits: BitReader) {
    this.bits = bits;
  }

  /** All values in the order of the syntax, in hex. They also say which fields follow, so no two readings give one key. */
  get key(): string {
    return this.#values.map((value) => value.toString(16)).join('.');
  }

  /** u(n), up to 32 bits. */
  u(n: number): number {
    return this.note(this.bits.bits(n));
  }

  flag(): boolean {
    return this.u(1) === 1;
  }

  /** A number above `most` counts as an overrun. */
  ue(most?: number): number {
    return this.note(this.bits.ue(most));
  }

  /** A number below `least` or above `most` counts as an overrun. */
  se(least?: number, most?: number): number {
    return this.note(this.bits.se(least, most));
  }

  /** Counts a value that was read elsewhere, or is meant where nothing is said. */
  note(value: number): number {
    this.#values.push(value);
    return value;
  }

  /** Counts whatever is left of the payload, a bit at a time: the syntax of extensions is not known. */
  rest(): void {
    while (this.bits.moreRbspData()) this.flag();
  }
}

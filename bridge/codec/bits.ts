/** `escaped`: a NAL unit, which has emulation prevention bytes; `plain`: anything else. */
type Escapes = 'escaped' | 'plain';

/**
 * Reads fields of bits, most significant bit first. In a NAL unit, emulation prevention bytes are passed over where they
 * stand, without a copy (H.264 7.3.1, H.265 7.3.1.1).
 *
 * A field that cannot be right sets `overrun`, and from then on everything reads as 0. So a parser reads on to its end and
 * asks once; its loops stay short if the numbers that bound them are read with a limit.
 */
export class BitReader {
  readonly #bytes: Uint8Array;
  readonly #escaped: boolean;
  /** Of the next byte. */
  #at: number;
  #byte = 0;
  /** Bits of `#byte` that are still to be read. */
  #left = 0;
  /** Zero bytes just before `#at`. */
  #zeros = 0;
  #overrun = false;
  #stopBit: { at: number; bit: number } | undefined;

  /** @param offset of the first byte to read: the length of the NAL unit's header. */
  constructor(bytes: Uint8Array, offset = 0, escapes: Escapes = 'escaped') {
    this.#bytes = bytes;
    this.#at = offset;
    this.#escaped = escapes === 'escaped';
  }

  /** Bits from the first of all bytes to the next one that is read, with whatever was passed over. */
  get position(): number {
    return 8 * this.#at - this.#left;
  }

  /** Bits up to the last one, with whatever will be passed over. */
  get remaining(): number {
    return 8 * this.#bytes.length - this.position;
  }

  /** Something was read that cannot be there: bits beyond the end, or a number out of its range. */
  get overrun(): boolean {
    return this.#overrun;
  }

  /** Counts what was just read as an overrun. */
  fail(): 0 {
    this.#overrun = true;
    return 0;
  }

  /** u(n), up to 32 bits. */
  bits(n: number): number {
    let value = 0;
    for (let wanted = n; wanted > 0; ) {
      if (!this.#fill()) return 0;
      const taken = Math.min(wanted, this.#left);
      this.#left -= taken;
      wanted -= taken;
      value = (value << taken) | ((this.#byte >> this.#left) & ((1 << taken) - 1));
    }
    return value >>> 0;
  }

  /** What `bits` would give, without reading it. */
  peek(n: number): number {
    const [at, byte, left, zeros, overrun] = [this.#at, this.#byte, this.#left, this.#zeros, this.#overrun];
    const value = this.bits(n);
    [this.#at, this.#byte, this.#left, this.#zeros, this.#overrun] = [at, byte, left, zeros, overrun];
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** ue(v) (H.264 9.1, H.265 9.2). A number above `most` counts as an overrun. */
  ue(most = Number.POSITIVE_INFINITY): number {
    let zeros = 0;
    while (!this.flag()) {
      zeros += 1;
      if (this.#overrun || zeros > 32) return this.fail();
    }
    const value = 2 ** zeros - 1 + this.bits(zeros);
    return this.#overrun || value > most ? this.fail() : value;
  }

  /** se(v). A number below `least` or above `most` counts as an overrun. */
  se(least = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY): number {
    const code = this.ue();
    const size = Math.ceil(code / 2);
    const value = code % 2 === 1 ? size : 0 - size;
    return value < least || value > most ? this.fail() : value;
  }

  /** Passes over bits; it takes no longer than to the end, however many they are. */
  skip(n: number): void {
    for (let wanted = n; wanted > 0 && this.#fill(); ) {
      const taken = Math.min(wanted, this.#left);
      this.#left -= taken;
      wanted -= taken;
    }
  }

  /** more_rbsp_data(): whether anything stands before the last bit that is set, which ends the payload. */
  moreRbspData(): boolean {
    if (this.#overrun) return false;
    this.#stopBit ??= lastBit(this.#bytes);
    const { at, bit } = this.#stopBit;
    if (this.#left === 0 && (this.#at > at || !this.#fill())) return false;
    const here = this.#at - 1;
    return here < at || (here === at && this.#left - 1 > bit);
  }

  /** Has at least one bit at hand; false at the end. */
  #fill(): boolean {
    if (this.#overrun) return false;
    if (this.#left > 0) return true;
    if (this.#escaped && this.#zeros >= 2 && this.#bytes[this.#at] === 3) {
      this.#at += 1;
      this.#zeros = 0;
    }
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      this.#overrun = true;
      return false;
    }
    this.#at += 1;
    this.#zeros = byte === 0 ? this.#zeros + 1 : 0;
    this.#byte = byte;
    this.#left = 8;
    return true;
  }
}

/** Where the last bit is set; `bit` is 7 for the first of a byte. Zeros behind it, also escaped ones, are padding. */
const lastBit = (nal: Uint8Array): { at: number; bit: number } => {
  let end = nal.length;
  for (;;) {
    while (end > 0 && nal[end - 1] === 0) end--;
    const escaped = end >= 3 && nal[end - 1] === 3 && nal[end - 2] === 0 && nal[end - 3] === 0;
    if (!escaped) break;
    end--;
  }
  const byte = nal[end - 1] ?? 0;
  return { at: end - 1, bit: 31 - Math.clz32(byte & -byte) };
};

/** A length field has at most four bytes (MQTT 5, section 1.5.5). */
const LENGTH_BYTES = 4;

/**
 * Reads how long MQTT packets are from the bytes that come, before their contents have come: the client library would
 * gather a packet of up to 256 MiB in memory. Contents are passed over.
 */
export class PacketLengths {
  readonly #limit: number;
  #state: 'type' | 'length' | 'contents' = 'type';
  #length = 0;
  #lengthBytes = 0;
  /** Bytes of the contents that are still to come. */
  #left = 0;

  /** @param limit bytes of the longest packet that is taken, header included */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * The length of the first packet that is longer than the limit, infinite if the length field itself is wrong; undefined
   * if there is none. After that the reader is of no further use.
   */
  push(chunk: Uint8Array): number | undefined {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'contents') {
        const passed = Math.min(this.#left, chunk.length - at);
        at += passed;
        this.#left -= passed;
        if (this.#left === 0) this.#state = 'type';
      } else if (this.#state === 'type') {
        at += 1;
        this.#length = 0;
        this.#lengthBytes = 0;
        this.#state = 'length';
      } else {
        const tooLong = this.#takeLengthByte(chunk[at]!);
        if (tooLong !== undefined) return tooLong;
        at += 1;
      }
    }
    return undefined;
  }

  #takeLengthByte(byte: number): number | undefined {
    this.#length += (byte & 0x7f) * 128 ** this.#lengthBytes;
    this.#lengthBytes += 1;
    if ((byte & 0x80) !== 0) return this.#lengthBytes === LENGTH_BYTES ? Number.POSITIVE_INFINITY : undefined;
    const whole = 1 + this.#lengthBytes + this.#length;
    if (whole > this.#limit) return whole;
    this.#left = this.#length;
    this.#state = this.#left === 0 ? 'type' : 'contents';
    return undefined;
  }
}

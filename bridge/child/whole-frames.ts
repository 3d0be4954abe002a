const DOLLAR = 0x24;
const PACKET_HEADER = 4;
const MAX_HEAD = 16 * 1024;
const MAX_BODY = 64 * 1024;
const END_OF_HEAD = /\r?\n\r?\n/;

const NOTHING = Buffer.alloc(0);
/** The place is in nothing that is known. */
const LOST = -1;

/**
 * Holds back what has come of a message or an interleaved packet until it is whole. Once rtspsrc has read the first byte
 * of one, nothing interrupts it until the last has come.
 */
export class WholeFrames {
  /** The beginning of what is not whole, as it came. */
  #parts: Buffer[] = [];
  #held = 0;
  /** How long that will be, once that is known. */
  #needed: number | undefined;
  #lost = false;

  /** It was not RTSP any more: from here on everything is passed on as it comes, with borders anywhere. */
  get lost(): boolean {
    return this.#lost;
  }

  /** What has come of the next one. */
  get held(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** @returns what is whole by now, perhaps nothing */
  push(chunk: Buffer): Buffer {
    if (this.#lost) return chunk;
    this.#parts.push(chunk);
    this.#held += chunk.length;
    if (this.#needed !== undefined && this.#held < this.#needed) return NOTHING;
    const bytes = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    const whole = this.#wholeLength(bytes);
    const rest = bytes.subarray(whole);
    this.#parts = rest.length > 0 ? [rest] : [];
    this.#held = rest.length;
    return bytes.subarray(0, whole);
  }

  #wholeLength(bytes: Buffer): number {
    this.#needed = undefined;
    for (let at = 0; at < bytes.length; ) {
      const length = lengthAt(bytes, at);
      if (length === undefined) return at;
      if (length === LOST) {
        this.#lost = true;
        return bytes.length;
      }
      if (at + length > bytes.length) {
        this.#needed = length;
        return at;
      }
      at += length;
    }
    return bytes.length;
  }
}

/** Length of what begins at `at`, undefined while that cannot be known. */
const lengthAt = (bytes: Buffer, at: number): number | undefined => {
  const first = bytes[at]!;
  if (first === DOLLAR)
    return bytes.length < at + PACKET_HEADER ? undefined : PACKET_HEADER + bytes.readUInt16BE(at + 2);
  if (isBlank(first)) return 1;
  return isLetter(first) ? messageLength(bytes.toString('latin1', at, at + MAX_HEAD)) : LOST;
};

const messageLength = (text: string): number | undefined => {
  const end = END_OF_HEAD.exec(text);
  if (end === null) return text.length < MAX_HEAD ? undefined : LOST;
  const head = text.slice(0, end.index);
  const length = end.index + end[0].length;
  // What opens a tunnel has no body, whatever it says.
  if (/^HTTP\/\S+ 200\b/i.test(head)) return length;
  const body = Number(/^content-length:[ \t]{0,9}(\d{1,9})/im.exec(head)?.[1] ?? 0);
  return body <= MAX_BODY ? length + body : LOST;
};

const isBlank = (byte: number): boolean => byte === 10 || byte === 13;
const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

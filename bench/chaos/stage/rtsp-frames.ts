const DOLLAR = 0x24;
const HEADER_BYTES = 4;
const END_OF_HEAD = Buffer.from('\r\n\r\n');

/** A piece of an RTSP connection: a whole interleaved packet with its four bytes in front, or bytes of a message. */
export interface Piece {
  kind: 'packet' | 'message';
  bytes: Buffer;
}

/** Cuts the bytes from a camera into pieces, so that packets can be changed without breaking messages. */
export class RtspFrames {
  #rest: Buffer = Buffer.alloc(0);

  /** Gives all pieces that are complete. */
  push(chunk: Buffer): Piece[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const pieces: Piece[] = [];
    for (;;) {
      const kind = this.#rest[0] === DOLLAR ? 'packet' : 'message';
      const length = kind === 'packet' ? this.#packet() : this.#message();
      if (length === undefined || length > this.#rest.byteLength) return pieces;
      pieces.push({ kind, bytes: Buffer.from(this.#rest.subarray(0, length)) });
      this.#rest = this.#rest.subarray(length);
    }
  }

  #packet(): number | undefined {
    return this.#rest.byteLength < HEADER_BYTES ? undefined : HEADER_BYTES + this.#rest.readUInt16BE(2);
  }

  #message(): number | undefined {
    const end = this.#rest.indexOf(END_OF_HEAD);
    if (end < 0) return undefined;
    const body = /^content-length:\s*(\d+)/im.exec(this.#rest.toString('latin1', 0, end))?.[1];
    return end + END_OF_HEAD.byteLength + Number(body ?? 0);
  }
}

import {
  bodyLengthOf,
  type Head,
  MAX_BODY,
  MAX_HEAD,
  MalformedResponse,
  type Message,
  parseFirstLine,
  parseHead,
} from './message.js';

export interface StreamHandlers {
  onMessage(message: Message): void;
  /** An interleaved packet; a view that is valid only during the call. */
  onPacket(channel: number, packet: Buffer): void;
  /** So many bytes that belong to nothing were passed over. Called once for each such place. */
  onGarbage?(bytes: number): void;
}

/** In front of an interleaved packet: `$`, channel, length (RFC 2326 10.12). */
const PACKET_HEADER = 4;
/** What is looked at to tell a packet from chance: its header and the first byte of RTP or RTCP. */
const PACKET_LOOK = PACKET_HEADER + 1;
const MAX_BLANK = 64;
/** So much may be passed over in a row before the camera is taken to have lost its way for good. */
const MAX_GARBAGE = 256 * 1024;
const FIRST_SCRATCH = 2048;
/** A scratch buffer that grew beyond this for a message or a packet is given back. */
const KEEP_SCRATCH = 16 * 1024;

const LF = 10;
const CR = 13;
const DOLLAR = 0x24;

/**
 * Cuts what comes on an RTSP connection into messages and interleaved packets. Takes what real cameras send: bare line
 * feeds, blank lines between, an answer whose body has no length, and between the packets bytes that belong to nothing,
 * once media has begun.
 *
 * A packet that lies within one chunk is handed on as a view of it; what is split over several is assembled once, in a
 * buffer that is reused.
 */
export class StreamReader {
  readonly #handlers: StreamHandlers;
  #scratch = Buffer.alloc(0);
  #held = 0;
  /** Length of what begins the scratch, once that is known. */
  #needed = 0;
  /** Of a message that has not ended: where the search for its end goes on, and where its line began. */
  #scanned = 0;
  #lineStart = 0;
  #blank = 0;
  #garbage = 0;
  #channels: ReadonlySet<number> = new Set();
  /** An answer whose body has no length. */
  #open: Head | undefined;
  #openBody: Buffer[] = [];
  #openLength = 0;
  /** What a successful answer without a length has: a body up to the end of the connection or to silence, or none. */
  bodies: 'open' | 'none' | 'tunnel' = 'none';

  constructor(handlers: StreamHandlers) {
    this.#handlers = handlers;
  }

  /** Bytes that have come and belong to nothing that is whole. */
  get pending(): number {
    return this.#held + this.#openLength + (this.#open === undefined ? 0 : 1);
  }

  /** Only the end of the connection, or silence, can end the body of the answer that has begun. */
  get openEnded(): boolean {
    return this.#open !== undefined && this.#openLength > 0;
  }

  /** Media may come on these channels: from now on bytes that belong to nothing are passed over. */
  expectPackets(channels: Iterable<number>): void {
    this.#channels = new Set(channels);
  }

  /** Ends a body without a length. */
  endBody(): void {
    const head = this.#open;
    if (head === undefined) return;
    const body = Buffer.concat(this.#openBody);
    this.#open = undefined;
    this.#openBody = [];
    this.#openLength = 0;
    this.#deliver(head, body);
  }

  /** @throws MalformedResponse after which the connection is of no use */
  push(chunk: Buffer): void {
    let bytes = chunk;
    if (this.#held > 0 && this.#open === undefined) {
      const rest = this.#complete(chunk);
      if (rest === undefined) return;
      bytes = rest;
    }
    const used = this.#consume(bytes);
    if (used < bytes.length) this.#keep(bytes.subarray(used));
  }

  /** Adds to what is held until that can be used; what of the chunk is left then, or undefined if all of it was needed. */
  #complete(chunk: Buffer): Buffer | undefined {
    let at = 0;
    while (this.#held > 0) {
      const more = this.#needed > 0 ? Math.min(this.#needed - this.#held, chunk.length - at) : chunk.length - at;
      this.#append(chunk.subarray(at, at + more));
      at += more;
      if (this.#held < this.#needed) return undefined;
      const held = this.#scratch.subarray(0, this.#held);
      const used = this.#consume(held);
      this.#held -= used;
      this.#scratch.copyWithin(0, used, used + this.#held);
      if (this.#held === 0 && this.#scratch.length > KEEP_SCRATCH) this.#scratch = Buffer.alloc(0);
      if (at === chunk.length) return undefined;
    }
    return chunk.subarray(at);
  }

  #append(bytes: Buffer): void {
    const length = this.#held + bytes.length;
    if (length > this.#scratch.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#scratch.length, FIRST_SCRATCH));
      this.#scratch.copy(grown, 0, 0, this.#held);
      this.#scratch = grown;
    }
    bytes.copy(this.#scratch, this.#held);
    this.#held = length;
  }

  #keep(bytes: Buffer): void {
    this.#held = 0;
    this.#append(bytes);
  }

  /** Hands on what is whole; returns how much of the bytes that was. */
  #consume(bytes: Buffer): number {
    let at = 0;
    this.#needed = 0;
    while (at < bytes.length) {
      if (this.#open !== undefined) return this.#takeBody(bytes, at);
      const used = this.#take(bytes, at);
      if (used === 0) break;
      at += used;
      this.#needed = 0;
    }
    return at;
  }

  /** Takes what begins at `at`, and returns its length, or 0 if it has not come as a whole. */
  #take(bytes: Buffer, at: number): number {
    const first = bytes[at]!;
    if (this.#garbage > 0) return this.#search(bytes, at);
    if (first === DOLLAR) return this.#takePacket(bytes, at);
    if (first === CR || first === LF) {
      if (++this.#blank > MAX_BLANK) throw new MalformedResponse('it sends nothing but blank lines');
      return 1;
    }
    if (this.#channels.size > 0 && !isLetter(first)) return this.#pass(1);
    return this.#takeMessage(bytes, at);
  }

  #takePacket(bytes: Buffer, at: number): number {
    const left = bytes.length - at;
    if (left < PACKET_HEADER) return this.#wait(PACKET_HEADER);
    const length = PACKET_HEADER + bytes.readUInt16BE(at + 2);
    if (left < length) return this.#wait(length);
    this.#blank = 0;
    this.#handlers.onPacket(bytes[at + 1]!, bytes.subarray(at + PACKET_HEADER, at + length));
    return length;
  }

  #wait(needed: number): 0 {
    this.#needed = needed;
    return 0;
  }

  #takeMessage(bytes: Buffer, at: number): number {
    const message = bytes.subarray(at);
    while (this.#scanned < message.length) {
      const place = this.#scanned++;
      if (message[place] !== LF) continue;
      const lineEnd = place > this.#lineStart && message[place - 1] === CR ? place - 1 : place;
      if (lineEnd === this.#lineStart) return this.#takeHead(message, place + 1);
      // Whoever does not begin like an answer is told apart at the first line, not at the limit.
      if (this.#lineStart === 0 && !this.#beginsMessage(message.toString('latin1', 0, lineEnd))) return this.#pass(1);
      this.#lineStart = place + 1;
    }
    if (message.length <= MAX_HEAD) return 0;
    if (this.#channels.size > 0) return this.#pass(1);
    throw new MalformedResponse(`the headers are longer than ${MAX_HEAD} bytes`);
  }

  #beginsMessage(line: string): boolean {
    try {
      parseFirstLine(line);
      return true;
    } catch (problem) {
      if (this.#channels.size === 0) throw problem;
      return false;
    }
  }

  #takeHead(message: Buffer, length: number): number {
    const head = parseHead(message.toString('latin1', 0, this.#lineStart));
    const body = this.#bodyLength(head);
    if (body === undefined) {
      this.#open = head;
      this.#scanned = 0;
      this.#lineStart = 0;
      return length;
    }
    if (message.length < length + body) {
      // Found again when all of it is there.
      this.#scanned = this.#lineStart;
      return this.#wait(length + body);
    }
    this.#deliver(head, message.subarray(length, length + body));
    return length + body;
  }

  #bodyLength(head: Head): number | undefined {
    // What opens a tunnel has no body, whatever it says: the stream follows.
    if (this.bodies === 'tunnel' && head.kind === 'response' && head.protocol === 'HTTP' && head.status === 200)
      return 0;
    const length = bodyLengthOf(head);
    if (length !== undefined) return length;
    return this.bodies === 'open' && head.kind === 'response' && head.status === 200 ? undefined : 0;
  }

  #takeBody(bytes: Buffer, at: number): number {
    this.#openBody.push(Buffer.from(bytes.subarray(at)));
    this.#openLength += bytes.length - at;
    if (this.#openLength > MAX_BODY) throw new MalformedResponse(`the body is longer than ${MAX_BODY} bytes`);
    return bytes.length;
  }

  #deliver(head: Head, body: Buffer): void {
    this.#scanned = 0;
    this.#lineStart = 0;
    this.#blank = 0;
    this.#handlers.onMessage({ ...head, body: body.toString('utf8') });
  }

  /** Passes over what belongs to nothing. */
  #pass(bytes: number): number {
    this.#scanned = 0;
    this.#lineStart = 0;
    this.#garbage += bytes;
    if (this.#garbage > MAX_GARBAGE) throw new MalformedResponse('what it sends is neither media nor an answer');
    return bytes;
  }

  /** Looks for the next packet or answer. */
  #search(bytes: Buffer, at: number): number {
    const first = bytes[at]!;
    if (first === DOLLAR) {
      if (bytes.length - at < PACKET_LOOK) return this.#wait(PACKET_LOOK);
      if (this.#isPacket(bytes, at)) return this.#found(bytes, at);
    } else if (first === ANSWER[0]) {
      if (bytes.length - at < ANSWER.length) return this.#wait(ANSWER.length);
      if (ANSWER.equals(bytes.subarray(at, at + ANSWER.length))) return this.#found(bytes, at);
    }
    return this.#pass(1);
  }

  #isPacket(bytes: Buffer, at: number): boolean {
    const version = bytes[at + PACKET_HEADER]! >> 6;
    return this.#channels.has(bytes[at + 1]!) && bytes.readUInt16BE(at + 2) >= 8 && version === 2;
  }

  #found(bytes: Buffer, at: number): number {
    const passed = this.#garbage;
    this.#garbage = 0;
    this.#handlers.onGarbage?.(passed);
    return this.#take(bytes, at);
  }
}

const ANSWER = Buffer.from('RTSP/');

const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

import type { EncodedUnit, TrackKind } from '../types.js';
import { BufferFlag, FLAG_HEADER_CRC, HEADER_LENGTH, headerCrc, PacketType } from './gdp-format.js';
import { trackOf } from './track.js';

export interface GdpHandlers {
  /** Called for each buffer before its payload is assembled; false skips it. */
  wants?(pts: number | null): boolean;
  /** `payload` is valid only during the call. */
  onBuffer(unit: EncodedUnit): void;
  onCaps(text: string): void;
  /** `type` is GStreamer's event number. */
  onEvent?(type: number, payload: Uint8Array): void;
  /** So many bytes that belong to no packet were skipped. Called once per gap, at the next packet. */
  onGarbage?(bytes: number): void;
}

/** Room for a picture of 4K in RGB, and more than any access unit; a longer packet is taken for garbage. */
export const MAX_PAYLOAD = 32 * 1024 * 1024;

/** A scratch buffer that grew beyond this for one large packet is released. */
const KEEP_SCRATCH = 512 * 1024;

/**
 * Splits a GDP stream that arrives in chunks into packets. No input makes it throw: bytes that are no packet are skipped up
 * to the next header whose CRC is right.
 *
 * A packet that lies within one chunk is delivered as a view of it; one that is split over several is assembled once, in a
 * buffer that is reused.
 */
export class GdpReader {
  readonly #handlers: GdpHandlers;
  readonly #maxPayload: number;
  /** The packet that is being assembled, header first, or the rest of a search for a header. */
  #scratch: Buffer = Buffer.alloc(0);
  #filled = 0;
  /** Length of the packet in `#scratch`; 0 while its header is incomplete. */
  #wanted = 0;
  /** Bytes of an unwanted payload still to come. */
  #unwanted = 0;
  /** Bytes skipped since the last packet; above 0 the reader is searching. */
  #skipped = 0;
  #garbageBytes = 0;
  /** Of the latest caps. */
  #track: TrackKind = 'application';

  constructor(handlers: GdpHandlers, maxPayload = MAX_PAYLOAD) {
    this.#handlers = handlers;
    this.#maxPayload = maxPayload;
  }

  /** All bytes skipped so far. */
  get garbageBytes(): number {
    return this.#garbageBytes;
  }

  push(chunk: Buffer): void {
    let offset = Math.min(this.#unwanted, chunk.length);
    this.#unwanted -= offset;
    if (this.#filled > 0) offset = this.#complete(chunk);
    // From here on nothing is pending, or the chunk is used up.
    while (chunk.length - offset >= HEADER_LENGTH) {
      const length = this.#packetLength(chunk, offset);
      if (length === 0) {
        offset = this.#search(chunk, offset);
        continue;
      }
      if (!this.#wants(chunk, offset)) {
        offset = this.#skip(chunk.length, offset, length);
        continue;
      }
      if (chunk.length - offset < length) {
        this.#keep(chunk, offset, length);
        return;
      }
      this.#deliver(chunk, offset, length);
      offset += length;
    }
    if (offset < chunk.length) this.#keep(chunk, offset, 0);
  }

  /** Completes the pending packet from the start of the chunk; returns where in the chunk to go on. */
  #complete(chunk: Buffer): number {
    let offset = 0;
    while (this.#filled > 0) {
      const target = this.#wanted || HEADER_LENGTH;
      const take = Math.min(target - this.#filled, chunk.length - offset);
      this.#reserve(target);
      chunk.copy(this.#scratch, this.#filled, offset, offset + take);
      this.#filled += take;
      offset += take;
      if (this.#filled < target) return offset;
      if (this.#wanted > 0) {
        const scratch = this.#scratch;
        const length = this.#wanted;
        this.#filled = 0;
        this.#wanted = 0;
        this.#deliver(scratch, 0, length);
        if (scratch.length > KEEP_SCRATCH) this.#scratch = Buffer.alloc(0);
        return offset;
      }
      this.#wanted = this.#packetLength(this.#scratch, 0);
      if (this.#wanted > 0 && !this.#wants(this.#scratch, 0)) {
        const rest = this.#wanted - this.#filled;
        this.#filled = 0;
        this.#wanted = 0;
        return this.#skip(chunk.length, offset, rest);
      }
      if (this.#wanted === 0) {
        const next = this.#search(this.#scratch.subarray(0, this.#filled), 0);
        this.#scratch.copyWithin(0, next, this.#filled);
        this.#filled -= next;
      }
    }
    return offset;
  }

  /** Keeps the rest of the chunk as the beginning of a packet of `length` bytes; 0: its header is incomplete. */
  #keep(chunk: Buffer, offset: number, length: number): void {
    this.#wanted = length;
    this.#reserve(Math.max(length, HEADER_LENGTH));
    chunk.copy(this.#scratch, 0, offset);
    this.#filled = chunk.length - offset;
  }

  #wants(bytes: Buffer, offset: number): boolean {
    if (this.#handlers.wants === undefined || bytes.readUInt16BE(offset + 4) !== PacketType.buffer) return true;
    this.#endGap();
    return this.#handlers.wants(readMicros(bytes, offset + 10));
  }

  /** Passes over a packet; returns where in the chunk to go on. */
  #skip(end: number, offset: number, length: number): number {
    const here = Math.min(length, end - offset);
    this.#unwanted = length - here;
    return offset + here;
  }

  #reserve(length: number): void {
    if (this.#scratch.length >= length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(length, Math.min(this.#scratch.length * 2, KEEP_SCRATCH)));
    this.#scratch.copy(grown, 0, 0, this.#filled);
    this.#scratch = grown;
  }

  /** Length of the packet whose header begins at `offset`, or 0 if there is none. */
  #packetLength(bytes: Buffer, offset: number): number {
    if (bytes[offset] !== 1 || bytes[offset + 1] !== 0 || (bytes[offset + 2]! & FLAG_HEADER_CRC) === 0) return 0;
    const length = bytes.readUInt32BE(offset + 6);
    if (length > this.#maxPayload) return 0;
    return headerCrc(bytes, offset) === bytes.readUInt16BE(offset + 58) ? HEADER_LENGTH + length : 0;
  }

  /** The next place after `offset` where a header may begin; counts what lies before it. */
  #search(bytes: Buffer, offset: number): number {
    const next = bytes.indexOf(1, offset + 1);
    const end = next < 0 ? bytes.length : next;
    this.#skipped += end - offset;
    this.#garbageBytes += end - offset;
    return end;
  }

  #endGap(): void {
    if (this.#skipped === 0) return;
    const skipped = this.#skipped;
    this.#skipped = 0;
    this.#handlers.onGarbage?.(skipped);
  }

  #deliver(bytes: Buffer, offset: number, length: number): void {
    this.#endGap();
    const type = bytes.readUInt16BE(offset + 4);
    const payload = bytes.subarray(offset + HEADER_LENGTH, offset + length);
    if (type === PacketType.buffer) {
      const flags = bytes.readUInt16BE(offset + 42);
      this.#handlers.onBuffer({
        track: this.#track,
        pts: readMicros(bytes, offset + 10),
        dts: readMicros(bytes, offset + 44),
        duration: readMicros(bytes, offset + 18),
        key: (flags & BufferFlag.deltaUnit) === 0,
        discont: (flags & BufferFlag.discont) !== 0,
        payload,
      });
    } else if (type === PacketType.caps) {
      // A C string: the terminating zero travels with it.
      const end = payload.indexOf(0);
      const text = payload.toString('utf8', 0, end < 0 ? payload.length : end);
      this.#track = trackOf(text);
      this.#handlers.onCaps(text);
    } else if (type >= PacketType.eventBase) {
      this.#handlers.onEvent?.(type - PacketType.eventBase, payload);
    }
  }
}

/**
 * Nanoseconds to whole microseconds; GStreamer's "none" is all ones. A camera whose clock runs back below its first
 * timestamp makes GStreamer count below 0, which shows as a number above 2^63.
 */
const readMicros = (bytes: Buffer, offset: number): number | null => {
  const high = bytes.readInt32BE(offset);
  const low = bytes.readUInt32BE(offset + 4);
  if (high === -1 && low === 0xffffffff) return null;
  return Math.round((high * 4294967296 + low) / 1000);
};

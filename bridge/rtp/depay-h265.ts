import { NalAssembler, type NalSink } from './nal-assembler.js';
import { mayEndPicture } from './picture-mark.js';
import type { Received } from './receiver.js';

/** Payload structures (RFC 7798 4.4). */
const AP = 48;
const FU = 49;

const START = 0x80;
const END = 0x40;
/** Of a NAL unit and of a payload. */
const HEADER = 2;
/** Decoding order number: of a packet or its first unit, and of each further unit in an aggregation. */
const DONL = 2;
const DOND = 1;

const typeOf = (header: number): number => (header >> 1) & 0x3f;

/** Parameter sets and delimiters: what stands in front of a picture. */
const isInFront = (header: number): boolean => typeOf(header) >= 32 && typeOf(header) <= 35;

/** Turns RTP payloads of H.265 into NAL units (RFC 7798), in the order in which they come. */
export class H265Depayloader {
  readonly #nals: NalAssembler;
  readonly #donl: boolean;

  /** @param donl the SDP says `sprop-max-don-diff` above 0: packets have decoding order numbers */
  constructor(sink: NalSink, donl = false) {
    this.#nals = new NalAssembler(sink, isInFront);
    this.#donl = donl;
  }

  get oversized(): number {
    return this.#nals.oversized;
  }

  get capacity(): number {
    return this.#nals.capacity;
  }

  /** Takes the next packet. */
  take({ payload, marker, pts, lost, fresh }: Received): void {
    this.push(payload, marker, pts, lost, fresh);
  }

  /** Takes the payload of the next packet. `lost` and `fresh` as `RtpReceiver` has them. */
  push(payload: Buffer, marker: boolean, pts: number, lost: number, fresh: boolean): void {
    if (lost > 0 || fresh) this.#nals.lose();
    this.#take(payload, pts);
    if (marker && mayEndPicture('h265', payload)) this.#nals.mark(pts);
  }

  #take(payload: Buffer, pts: number): void {
    if (payload.length < HEADER) return;
    const type = typeOf(payload[0]!);
    if (type === FU) {
      this.#fragment(payload, pts);
      return;
    }
    // The camera forgot the end bit of the unit before.
    this.#nals.end();
    if (type === AP) this.#aggregate(payload, pts);
    else if (this.#donl) this.#numbered(payload, pts);
    else this.#nals.whole(payload, pts);
  }

  /** Payload header, FU header, in the first fragment DONL, fragment (RFC 7798 4.4.3). */
  #fragment(payload: Buffer, pts: number): void {
    const header = payload[HEADER];
    if (header === undefined) return;
    const starts = (header & START) !== 0;
    if (starts) {
      this.#nals.begin(pts);
      // The header of the unit is that of the payload with the unit's type.
      this.#nals.addByte((payload[0]! & 0x81) | ((header & 0x3f) << 1));
      this.#nals.addByte(payload[1]!);
    } else if (!this.#nals.open) {
      return;
    }
    this.#nals.add(payload, HEADER + 1 + (starts && this.#donl ? DONL : 0));
    if ((header & END) !== 0) this.#nals.end();
  }

  /**
   * Units, each behind its 16-bit size and, if there are such, its decoding order number (RFC 7798 4.4.2). A size that goes
   * beyond the packet means the rest of it.
   */
  #aggregate(payload: Buffer, pts: number): void {
    const further = this.#donl ? DOND : 0;
    let at = HEADER + (this.#donl ? DONL : 0);
    while (payload.length - at > 2) {
      const start = at + 2;
      const end = Math.min(start + payload.readUInt16BE(at), payload.length);
      this.#nals.whole(payload.subarray(start, end), pts);
      at = end + further;
    }
  }

  /** A unit with DONL behind its header. */
  #numbered(payload: Buffer, pts: number): void {
    this.#nals.begin(pts);
    this.#nals.addByte(payload[0]!);
    this.#nals.addByte(payload[1]!);
    this.#nals.add(payload, HEADER + DONL);
    this.#nals.end();
  }
}

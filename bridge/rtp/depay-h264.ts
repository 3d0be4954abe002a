import { NalAssembler, type NalSink } from './nal-assembler.js';
import { mayEndPicture } from './picture-mark.js';
import type { Received } from './receiver.js';
import { beginsWithStartCode } from './start-codes.js';

/** Payload structures (RFC 6184 5.2). */
const LAST_NAL = 23;
const STAP_A = 24;
const FU_A = 28;
const FU_HEADERS = 2;

const START = 0x80;
const END = 0x40;

/** Parameter sets and delimiters: what stands in front of a picture. */
const isInFront = (header: number): boolean => (header & 0x1f) >= 7 && (header & 0x1f) <= 9;

/**
 * Turns RTP payloads of H.264 into NAL units (RFC 6184), in the order in which they come. The structures of the interleaved
 * mode, which has another order, are refused before: see usable-payload.ts.
 */
export class H264Depayloader {
  readonly #nals: NalAssembler;

  constructor(sink: NalSink) {
    this.#nals = new NalAssembler(sink, isInFront);
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
    if (marker && mayEndPicture('h264', payload)) this.#nals.mark(pts);
  }

  #take(payload: Buffer, pts: number): void {
    if (payload.length === 0) return;
    const type = payload[0]! & 0x1f;
    if (type === FU_A) {
      this.#fragment(payload, pts);
      return;
    }
    // The camera forgot the end bit of the unit before.
    this.#nals.end();
    if (type === STAP_A) this.#aggregate(payload, pts);
    else if ((type > 0 && type <= LAST_NAL) || beginsWithStartCode(payload)) this.#nals.whole(payload, pts);
  }

  /** FU indicator, FU header, fragment (RFC 6184 5.8). A header of the unit itself is not sent: it is made of these two. */
  #fragment(payload: Buffer, pts: number): void {
    if (payload.length < FU_HEADERS) return;
    const header = payload[1]!;
    if ((header & START) !== 0) {
      this.#nals.begin(pts);
      this.#nals.addByte((payload[0]! & 0xe0) | (header & 0x1f));
    } else if (!this.#nals.open) {
      return;
    }
    this.#nals.add(payload, FU_HEADERS);
    if ((header & END) !== 0) this.#nals.end();
  }

  /** Units, each behind its 16-bit size (RFC 6184 5.7). A size that goes beyond the packet means the rest of it. */
  #aggregate(payload: Buffer, pts: number): void {
    let at = 1;
    while (payload.length - at > 2) {
      const start = at + 2;
      const end = Math.min(start + payload.readUInt16BE(at), payload.length);
      this.#nals.whole(payload.subarray(start, end), pts);
      at = end;
    }
  }
}

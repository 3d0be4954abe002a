import { BitReader } from '../codec/bits.js';
import type { AacConfig } from './aac-config.js';
import type { AacHeaders, AudioFormat } from './audio-format.js';
import { type AudioDepayloader, AudioFrames, type AudioSink, MAX_FRAME, samplesToMicros } from './audio-frames.js';
import { FragmentBuffer } from './fragment-buffer.js';

/** In front of the AU headers: their length in bits. */
const LENGTH = 2;
const NOTHING = Buffer.alloc(0);

/** AAC as MPEG4-GENERIC (RFC 3640): frames behind their sizes, or one that is spread over packets. Not interleaved. */
export class AacDepayloader implements AudioDepayloader {
  readonly #headers: AacHeaders;
  readonly #config: AacConfig;
  readonly #frames: AudioFrames;
  readonly #fragments = new FragmentBuffer(MAX_FRAME);
  #bits = new BitReader(NOTHING);
  /** Length of the frame that is spread over packets, and its time; 0: there is none. */
  #expected = 0;
  #pts = 0;
  /** Time of the packet after a loss. Fragments do not say where they belong, so these may be the rest of a frame. */
  #doubtful: number | undefined;

  constructor({ headers, config }: Extract<AudioFormat, { kind: 'aac' }>, sink: AudioSink) {
    this.#headers = headers;
    this.#config = config;
    this.#frames = new AudioFrames(sink);
  }

  push(payload: Buffer, marker: boolean, pts: number, lost: number, fresh: boolean): void {
    if (lost > 0) this.#frames.lose();
    if (lost > 0 || fresh) {
      this.#doubtful = pts;
      this.#drop();
    }
    if (payload.length <= LENGTH) return;
    const headerBits = payload.readUInt16BE(0);
    this.#bits = new BitReader(payload, LENGTH, 'plain');
    const at = this.#skipAuxiliary(payload, LENGTH + Math.ceil(headerBits / 8));
    if (at < payload.length) this.#take(payload, 8 * LENGTH + headerBits, at, marker, pts);
    else this.#frames.lose();
  }

  /** @param headersEnd in bits @param dataAt in bytes */
  #take(payload: Buffer, headersEnd: number, dataAt: number, marker: boolean, pts: number): void {
    let at = dataAt;
    for (let index = 0; this.#bits.position < headersEnd; index++) {
      const size = this.#bits.bits(this.#headers.size);
      const interleaved = this.#bits.bits(index === 0 ? this.#headers.index : this.#headers.indexDelta) !== 0;
      this.#skipRest();
      const left = payload.length - at;
      // Trailing bits that are no header, or nonsense.
      if (this.#bits.position > headersEnd) return;
      if (size > left && index === 0 && !interleaved) {
        this.#fragment(payload, at, size, marker, pts);
        return;
      }
      this.#drop();
      if (interleaved || size > left) {
        this.#frames.lose();
        return;
      }
      if (size > 0) this.#deliver(payload.subarray(at, at + size), pts, index);
      at += size;
    }
  }

  /** Each fragment has a header with the size of the whole; the last one has the marker. */
  #fragment(payload: Buffer, at: number, size: number, marker: boolean, pts: number): void {
    if (pts === this.#doubtful) {
      if (marker) this.#doubtful = undefined;
      this.#frames.lose();
      return;
    }
    if (this.#expected !== size || this.#pts !== pts) {
      this.#drop();
      this.#expected = size;
      this.#pts = pts;
    }
    const added = this.#fragments.length + payload.length - at <= size && this.#fragments.add(payload, at);
    if (added && this.#fragments.length === size) {
      this.#deliver(this.#fragments.unit, this.#pts, 0);
      this.#expected = 0;
      this.#fragments.clear();
    } else if (!added || marker) this.#drop();
  }

  #deliver(frame: Uint8Array, pts: number, index: number): void {
    const { frameSamples, rate } = this.#config;
    const time = pts + samplesToMicros(index * frameSamples, rate);
    this.#frames.deliver(frame, time, samplesToMicros(frameSamples, rate));
  }

  /** Fields that have no meaning for audio without interleaving. */
  #skipRest(): void {
    const { ctsDelta, dtsDelta, randomAccess, streamState } = this.#headers;
    if (ctsDelta > 0 && this.#bits.flag()) this.#bits.bits(ctsDelta);
    if (dtsDelta > 0 && this.#bits.flag()) this.#bits.bits(dtsDelta);
    if (randomAccess) this.#bits.bits(1);
    this.#bits.bits(streamState);
  }

  /** Returns where the frames begin. */
  #skipAuxiliary(payload: Buffer, at: number): number {
    if (this.#headers.auxiliary === 0 || at >= payload.length) return at;
    const bits = new BitReader(payload, at, 'plain');
    const size = bits.bits(this.#headers.auxiliary);
    const auxiliary = Math.ceil((this.#headers.auxiliary + size) / 8);
    return at + auxiliary;
  }

  #drop(): void {
    if (this.#expected === 0) return;
    this.#expected = 0;
    this.#frames.lose();
    this.#fragments.clear();
  }
}

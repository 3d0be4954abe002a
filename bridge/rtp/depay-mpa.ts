import { type AudioDepayloader, AudioFrames, type AudioSink, MAX_FRAME, samplesToMicros } from './audio-frames.js';
import { FragmentBuffer } from './fragment-buffer.js';
import { type MpaFrame, readMpaHeader } from './mpa-header.js';

/** In front of each payload: 16 bits of zeros, and where in its frame a fragment begins (RFC 2250 3.5). */
const HEADER = 4;

/** MPEG audio of layers I to III (RFC 2250): whole frames, or one in fragments. */
export class MpaDepayloader implements AudioDepayloader {
  readonly #frames: AudioFrames;
  readonly #fragments = new FragmentBuffer(MAX_FRAME);
  /** The frame that comes in fragments, and its time. */
  #open: MpaFrame | undefined;
  #pts = 0;

  constructor(sink: AudioSink) {
    this.#frames = new AudioFrames(sink);
  }

  push(payload: Buffer, _marker: boolean, pts: number, lost: number, fresh: boolean): void {
    if (lost > 0) this.#frames.lose();
    if ((lost > 0 || fresh) && this.#open) this.#drop();
    if (payload.length <= HEADER) return;
    if (payload.readUInt16BE(2) > 0) this.#continue(payload);
    else this.#begin(payload, pts);
  }

  #begin(payload: Buffer, pts: number): void {
    if (this.#open) this.#drop();
    let samples = 0;
    for (let at = HEADER; at < payload.length; ) {
      const frame = readMpaHeader(payload, at);
      if (frame === undefined) {
        this.#frames.lose();
        return;
      }
      const time = pts + samplesToMicros(samples, frame.rate);
      if (payload.length - at < frame.length) {
        this.#open = frame;
        this.#pts = time;
        this.#fragments.clear();
        this.#fragments.add(payload, at);
        return;
      }
      this.#frames.deliver(payload.subarray(at, at + frame.length), time, samplesToMicros(frame.samples, frame.rate));
      samples += frame.samples;
      at += frame.length;
    }
  }

  #continue(payload: Buffer): void {
    if (this.#open === undefined) {
      this.#frames.lose();
      return;
    }
    // Where it says that it belongs, and no further than the frame goes.
    const fits = payload.readUInt16BE(2) === this.#fragments.length;
    const end = Math.min(payload.length, HEADER + this.#open.length - this.#fragments.length);
    if (!fits || !this.#fragments.add(payload, HEADER, end)) this.#drop();
    else if (this.#fragments.length === this.#open.length) this.#deliver(this.#open);
  }

  #deliver({ samples, rate }: MpaFrame): void {
    this.#open = undefined;
    this.#frames.deliver(this.#fragments.unit, this.#pts, samplesToMicros(samples, rate));
    this.#fragments.clear();
  }

  #drop(): void {
    this.#open = undefined;
    this.#frames.lose();
    this.#fragments.clear();
  }
}

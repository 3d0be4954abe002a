import type { AudioFormat } from './audio-format.js';
import { type AudioDepayloader, AudioFrames, type AudioSink, samplesToMicros } from './audio-frames.js';

/** Formats whose samples all have the same number of bits (RFC 3551 4.5): each packet is a frame. */
export class PcmDepayloader implements AudioDepayloader {
  readonly #rate: number;
  /** Of one sample in all channels. */
  readonly #bits: number;
  readonly #frames: AudioFrames;

  constructor({ bits, channels, rate }: Extract<AudioFormat, { kind: 'pcm' }>, sink: AudioSink) {
    this.#rate = rate;
    this.#bits = bits * channels;
    this.#frames = new AudioFrames(sink);
  }

  push(payload: Buffer, _marker: boolean, pts: number, lost: number): void {
    if (lost > 0) this.#frames.lose();
    const samples = Math.floor((8 * payload.length) / this.#bits);
    if (samples === 0) return;
    const length = Math.ceil((samples * this.#bits) / 8);
    const frame = length === payload.length ? payload : payload.subarray(0, length);
    this.#frames.deliver(frame, pts, samplesToMicros(samples, this.#rate));
  }
}

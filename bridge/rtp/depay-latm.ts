import type { AacConfig } from './aac-config.js';
import { type AudioDepayloader, AudioFrames, type AudioSink, MAX_FRAME, samplesToMicros } from './audio-frames.js';
import { FragmentBuffer } from './fragment-buffer.js';

/** A byte of a length after which another follows. */
const MORE = 255;

/**
 * AAC as MP4A-LATM whose config is in the SDP (RFC 6416): frames, each behind its length. A frame that is spread over packets
 * just goes on in the next one; the last one has the marker.
 */
export class LatmDepayloader implements AudioDepayloader {
  readonly #config: AacConfig;
  readonly #frames: AudioFrames;
  readonly #fragments = new FragmentBuffer(MAX_FRAME);
  /** Length of the frame that is spread over packets; 0: there is none. */
  #expected = 0;
  /** Time of the packet in which the frames began, and how many there have been. */
  #pts = 0;
  #index = 0;
  #spreads = false;
  /** Time of the packet after a loss: if this camera spreads frames, these packets may be the rest of one. */
  #doubtful: number | undefined;

  constructor(config: AacConfig, sink: AudioSink) {
    this.#config = config;
    this.#frames = new AudioFrames(sink);
  }

  push(payload: Buffer, marker: boolean, pts: number, lost: number, fresh: boolean): void {
    if (lost > 0) this.#frames.lose();
    if (lost > 0 || fresh) {
      this.#drop();
      this.#doubtful = this.#spreads ? pts : undefined;
    }
    if (pts === this.#doubtful) {
      if (marker) this.#doubtful = undefined;
      this.#frames.lose();
      return;
    }
    // Its rest would have the same time.
    if (pts !== this.#pts) this.#drop();
    let at = 0;
    if (this.#expected > 0) at = this.#complete(payload);
    else {
      this.#pts = pts;
      this.#index = 0;
    }
    this.#take(payload, at);
    if (marker) this.#drop();
  }

  /** Returns where in the payload the next frame begins. */
  #complete(payload: Buffer): number {
    const end = Math.min(payload.length, this.#expected - this.#fragments.length);
    this.#fragments.add(payload, 0, end);
    if (this.#fragments.length < this.#expected) return end;
    this.#expected = 0;
    this.#deliver(this.#fragments.unit);
    this.#fragments.clear();
    return end;
  }

  #take(payload: Buffer, from: number): void {
    for (let at = from; at < payload.length; ) {
      let size = 0;
      while (payload[at] === MORE) {
        size += MORE;
        at++;
      }
      size += payload[at++] ?? 0;
      if (at > payload.length) {
        // The length itself is cut off.
        this.#frames.lose();
      } else if (size > payload.length - at) this.#begin(payload, at, size);
      else if (size > 0) this.#deliver(payload.subarray(at, at + size));
      at += size;
    }
  }

  #begin(payload: Buffer, at: number, size: number): void {
    if (size > MAX_FRAME) {
      this.#frames.lose();
      return;
    }
    this.#fragments.clear();
    this.#fragments.add(payload, at);
    this.#expected = size;
    this.#spreads = true;
  }

  #deliver(frame: Uint8Array): void {
    const { frameSamples, rate } = this.#config;
    const pts = this.#pts + samplesToMicros(this.#index++ * frameSamples, rate);
    this.#frames.deliver(frame, pts, samplesToMicros(frameSamples, rate));
  }

  #drop(): void {
    if (this.#expected === 0) return;
    this.#expected = 0;
    this.#frames.lose();
    this.#fragments.clear();
  }
}

import type { AudioDepayloader } from '../rtp/audio-frames.js';
import { audioDepayloader } from '../rtp/depay-audio.js';
import type { Received } from '../rtp/receiver.js';
import { SoundRate } from '../rtp/sound-rate.js';
import type { TrackSync } from '../rtp/sync.js';
import type { OfferedTrack } from '../rtsp/tracks.js';
import type { SoundFault } from '../types.js';
import type { PacketTaker } from './track-input.js';

/**
 * @param frame a view that is valid only during the call
 * @param pts µs on the timeline of the camera's video
 * @param duration µs, 0 if it is not known
 */
export type SoundHandler = (frame: Uint8Array, pts: number, duration: number) => void;

export interface SoundHandlers {
  frame: SoundHandler;
  fault(fault: SoundFault): void;
  /** A frame was dropped, since too many wait for their place. */
  overflow(): void;
}

/** Most bytes of sound that wait for their place: more than the 1.5 s that it takes to know it, at any usual rate. */
const MOST_WAITING = 512 * 1024;

interface Waiting {
  frame: Uint8Array;
  pts: number;
  duration: number;
}

/** Turns the packets of a camera's audio into frames, at their place in the video's time. */
export class SoundInput implements PacketTaker {
  readonly #depayloader: AudioDepayloader | undefined;
  readonly #sync: TrackSync;
  readonly #handlers: SoundHandlers;
  readonly #rate = new SoundRate();
  readonly #encoding: string;
  /** Where sound belongs is not known for the first second of a camera that sends no reports. */
  #waiting: Waiting[] = [];
  #waitingBytes = 0;
  #arrival = 0;

  constructor({ format }: OfferedTrack, sync: TrackSync, handlers: SoundHandlers) {
    this.#sync = sync;
    this.#handlers = handlers;
    this.#encoding = `${format.encoding}/${format.clockRate ?? ''}`;
    this.#depayloader = audioDepayloader(format, {
      frame: (frame, pts, duration) => this.#frame(frame, pts, duration),
    });
  }

  take({ payload, marker, pts, lost, fresh }: Received, arrival: number): void {
    this.#arrival = arrival;
    this.#depayloader?.push(payload, marker, pts, lost, fresh);
  }

  #frame(frame: Uint8Array, pts: number, duration: number): void {
    const factor = this.#rate.frame(this.#arrival, pts, duration);
    if (factor !== undefined) this.#handlers.fault(wrongRate(this.#encoding, factor));
    const place = this.#sync.toVideo(pts);
    if (place === undefined) {
      this.#keep(frame, pts, duration);
      return;
    }
    for (const each of this.#waiting.splice(0)) {
      this.#handlers.frame(each.frame, place + each.pts - pts, each.duration);
    }
    this.#waitingBytes = 0;
    this.#handlers.frame(frame, place, duration);
  }

  #keep(frame: Uint8Array, pts: number, duration: number): void {
    this.#waiting.push({ frame: Uint8Array.from(frame), pts, duration });
    this.#waitingBytes += frame.length;
    while (this.#waitingBytes > MOST_WAITING) {
      this.#waitingBytes -= this.#waiting.shift()!.frame.length;
      this.#handlers.overflow();
    }
  }
}

const wrongRate = (encoding: string, factor: number): SoundFault => ({
  code: 'soundRate',
  message: `the camera's sound (${encoding}) comes ${factor.toFixed(2)} times as fast as it says: it is recorded, and sounds wrong`,
});

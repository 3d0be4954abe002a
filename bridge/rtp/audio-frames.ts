export interface AudioSink {
  /**
   * @param frame a view that is valid only during the call
   * @param pts µs
   * @param duration µs; 0 if the frame does not say
   * @param damagedBefore something was lost between the frame before and this one
   */
  frame(frame: Uint8Array, pts: number, duration: number, damagedBefore: boolean): void;
}

export interface AudioDepayloader {
  /** Takes the payload of the next packet. `lost` and `fresh` as `RtpReceiver` has them. */
  push(payload: Buffer, marker: boolean, pts: number, lost: number, fresh: boolean): void;
}

/** No frame of any format here is longer. */
export const MAX_FRAME = 64 * 1024;

const MICROS_PER_SECOND = 1_000_000;

/** µs that so many samples last. */
export const samplesToMicros = (samples: number, rate: number): number =>
  Math.round((samples * MICROS_PER_SECOND) / rate);

/** Where an audio track's frames go: remembers what was lost in front of the next one. */
export class AudioFrames {
  readonly #sink: AudioSink;
  #damaged = false;

  constructor(sink: AudioSink) {
    this.#sink = sink;
  }

  lose(): void {
    this.#damaged = true;
  }

  deliver(frame: Uint8Array, pts: number, duration: number): void {
    const damaged = this.#damaged;
    this.#damaged = false;
    this.#sink.frame(frame, pts, duration, damaged);
  }
}

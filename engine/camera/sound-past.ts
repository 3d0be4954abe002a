import type { EncodeUnit } from '../../bridge/types.js';
import type { Micros } from '../core/time.js';

/** As of the ring, there is an end to what a camera may take. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Sound as the camera has sent it, for whoever wants it encoded later. */
export class SoundPast {
  #frames: EncodeUnit[] = [];
  #bytes = 0;

  /** @param span what is older than the newest by more than that goes */
  add(frame: EncodeUnit, span: Micros): void {
    this.#frames.push({ ...frame, payload: Uint8Array.from(frame.payload) });
    this.#bytes += frame.payload.length;
    let gone = 0;
    for (const { pts, payload } of this.#frames) {
      if (pts >= frame.pts - span && this.#bytes <= MOST_BYTES) break;
      this.#bytes -= payload.length;
      gone++;
    }
    if (gone > 0) this.#frames.splice(0, gone);
  }

  /** All of it; nothing is kept. */
  take(): EncodeUnit[] {
    this.#bytes = 0;
    return this.#frames.splice(0);
  }
}

import { type Micros, type MonotonicTime, seconds } from '../core/time.js';

/** Cameras send a keyframe when they begin to play. With a GOP longer than this, recording by event does not work. */
const KEYFRAME_DUE: Micros = seconds(10);

/** Notices that a connection brings media but no keyframe. */
export class KeyframeWatch {
  /** When the first of the units arrived that are useless without a keyframe; null if there are none. */
  #since: MonotonicTime | null = null;
  #told = false;

  connectionEnded(): void {
    this.#since = null;
    this.#told = false;
  }

  keyframe(): void {
    this.#since = null;
  }

  /** A unit that is useless has arrived. Returns for how long that has been so, once for each connection. */
  useless(arrival: MonotonicTime): Micros | undefined {
    this.#since ??= arrival;
    const micros = arrival - this.#since;
    if (this.#told || micros < KEYFRAME_DUE) return undefined;
    this.#told = true;
    return micros;
  }
}

import type { MediaTime } from '../core/time.js';

/** When each frame of sound that was written to a file is heard. */
export class WrittenSound {
  readonly #times: MediaTime[] = [];

  add(at: MediaTime): void {
    this.#times.push(at);
  }

  get last(): MediaTime | undefined {
    return this.#times.at(-1);
  }

  /** A time behind so many of them; undefined if there are not so many. */
  behind(frames = this.#times.length): MediaTime | undefined {
    const time = this.#times[frames - 1];
    return time === undefined ? undefined : ((time + 1) as MediaTime);
  }
}

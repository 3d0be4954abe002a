import { statSync } from 'node:fs';
import { type Micros, type MonotonicTime, seconds } from '../core/time.js';

/** A fragment, until it is seen that it is on the disk. */
const LEAST: Micros = seconds(3);
/** A muxer that is stuck is replaced long before. What the disk holds up for longer is lost. */
const MOST: Micros = seconds(30);

/** Keeps so much of a camera's past. */
export interface PastKeeper {
  keepPast(holder: object, spanMicros: Micros | undefined): void;
}

/** A segment that is being written. */
export interface Writing {
  file: string;
  /** How far what its muxer was given is behind the camera. */
  behind: Micros;
}

type Files = Map<string, { bytes: number; at: MonotonicTime }>;

/**
 * How far back a camera's ring must reach, so that what a muxer was given and has not brought to the disk can be written by
 * another one. Files of segments grow with every fragment; as long as one does not, the ring keeps more.
 */
export class Reserve {
  readonly #camera: PastKeeper;
  #keeps = false;
  /** Bytes of each file, and when it was seen to grow. */
  #files: Files = new Map();
  /** When all files were seen to grow. */
  #grown = 0 as MonotonicTime;

  constructor(camera: PastKeeper) {
    this.#camera = camera;
  }

  /** Something is going to be written. */
  begin(now: MonotonicTime): void {
    if (this.#keeps) return;
    this.#keeps = true;
    this.#grown = now;
    this.#camera.keepPast(this, LEAST);
  }

  /** To be called about once a second, also while nothing can be written. */
  look(now: MonotonicTime, segments: readonly Writing[]): void {
    const files: Files = new Map();
    for (const { file } of segments) {
      const bytes = sizeOf(file);
      // What a new file begins with may be what another one has failed to bring to the disk.
      const { bytes: before, at } = this.#files.get(file) ?? { bytes: 0, at: this.#grown };
      files.set(file, { bytes, at: bytes > before ? now : at });
    }
    this.#files = files;
    if (files.size > 0) this.#grown = Math.min(...[...files.values()].map(({ at }) => at)) as MonotonicTime;
    const behind = Math.max(0, ...segments.map((each) => each.behind));
    this.#camera.keepPast(this, Math.min(MOST, LEAST + Math.max(behind, now - this.#grown)));
  }

  /** All that can be is on the disk. */
  end(): void {
    this.#keeps = false;
    this.#files.clear();
    this.#camera.keepPast(this, undefined);
  }
}

/** A file that is gone does not grow. */
const sizeOf = (file: string): number => {
  try {
    return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  } catch {
    return 0;
  }
};

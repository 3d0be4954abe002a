import { statSync } from 'node:fs';
import { type MediaTime, type Micros, seconds } from '../core/time.js';

/** A fragment, until it is seen that it is on the disk, and what comes until that is looked for again. */
const LEAST: Micros = seconds(3);
/** A muxer that is stuck is replaced long before. What the disk holds up for longer is lost. */
const MOST: Micros = seconds(30);

/** Keeps so much of a camera's past. */
export interface PastKeeper {
  keepPast(holder: object, spanMicros: Micros | undefined): void;
}

/** A file that is being written. */
export interface Writing {
  file: string;
  /** When its first picture was. */
  from: MediaTime;
  /** Where the last picture ends that its muxer was given. */
  given: MediaTime;
}

interface Seen {
  bytes: number;
  /** What was before is on the disk, but for what was given to the muxer last. */
  safe: MediaTime;
}

/**
 * How far back a camera's ring must reach, so that what a muxer was given and has not brought to the disk can be written by
 * another one. A file grows with every fragment; as long as it does not, nothing that its muxer was given meanwhile counts as
 * written.
 */
export class Reserve {
  readonly #camera: PastKeeper;
  #files = new Map<string, Seen>();
  /** The earliest of all files; undefined while nothing is written. */
  #safe: MediaTime | undefined;
  #most: Micros = MOST;

  constructor(camera: PastKeeper) {
    this.#camera = camera;
  }

  /** Something is going to be written, from `start` on. */
  begin(start: MediaTime, newest: MediaTime): void {
    this.#safe = Math.min(this.#safe ?? start, start) as MediaTime;
    this.#most = Math.max(this.#most, MOST + newest - start);
    this.#keep(newest);
  }

  /** To be called about once a second, also while nothing can be written. */
  look(newest: MediaTime, written: readonly Writing[]): void {
    if (this.#safe === undefined) return;
    const files = new Map<string, Seen>();
    for (const { file, from, given } of written) {
      const bytes = sizeOf(file);
      const seen = this.#files.get(file);
      // How a file begins, says nothing of its pictures.
      const grows = seen !== undefined && seen.bytes > 0 && bytes > seen.bytes;
      const safe = grows ? (Math.max(seen.safe, given) as MediaTime) : (seen?.safe ?? from);
      files.set(file, { bytes, safe });
    }
    this.#files = files;
    if (files.size > 0) this.#safe = Math.min(...[...files.values()].map(({ safe }) => safe)) as MediaTime;
    this.#keep(newest);
  }

  /** All that can be is on the disk. */
  end(): void {
    this.#safe = undefined;
    this.#most = MOST;
    this.#files.clear();
    this.#camera.keepPast(this, undefined);
  }

  #keep(newest: MediaTime): void {
    const wanted = LEAST + Math.max(0, newest - (this.#safe ?? newest));
    this.#camera.keepPast(this, Math.min(this.#most, wanted));
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

import { statSync } from 'node:fs';
import type { GopRing } from '../camera/gop-ring.js';
import { type MediaTime, type Micros, seconds } from '../core/time.js';
import type { Clip } from './clip.js';

/** A fragment, until it is seen that it is on the disk, and what comes until that is looked for again. */
const LEAST: Micros = seconds(3);
/** A muxer that is stuck is replaced long before. What the disk holds up for longer is lost. */
const MOST: Micros = seconds(30);

/** Keeps so much of its past. */
export interface KeptCamera {
  readonly ring: Pick<GopRing, 'newest' | 'oldest'>;
  keepPast(holder: object, spanMicros: Micros | undefined): void;
  recordSound(): () => void;
}

/** A file that is being written, from its first picture to the end of the last that its muxer was given. */
type Writing = Pick<Clip, 'path' | 'start' | 'end'>;

interface Seen {
  bytes: number;
  /** What was before is on the disk, but for what was given to the muxer last. */
  safe: MediaTime;
}

/**
 * What a camera keeps for those who record it: sound that files can hold, and how far back its ring must reach, so that what a muxer was given and has not brought to the disk can be written by
 * another one. A file grows with every fragment; as long as it does not, nothing that its muxer was given meanwhile counts as
 * written.
 */
export class Reserve {
  readonly #camera: KeptCamera;
  #files = new Map<string, Seen>();
  /** The earliest of all files; undefined while nothing is written. */
  #safe: MediaTime | undefined;
  #most: Micros = MOST;
  readonly #withSound: boolean;
  #endSound: (() => void) | undefined;

  constructor(camera: KeptCamera, { withSound }: { withSound: boolean }) {
    this.#camera = camera;
    this.#withSound = withSound;
  }

  /** Something is going to be written, from `start` on. */
  begin(start: MediaTime): void {
    const { oldest, newest } = this.#camera.ring;
    const from = Math.max(start, oldest?.pts ?? start) as MediaTime;
    this.#safe = Math.min(this.#safe ?? from, from) as MediaTime;
    const now = newest?.pts ?? from;
    this.#most = Math.max(this.#most, MOST + now - from);
    this.#keep(now);
    if (this.#withSound) this.#endSound ??= this.#camera.recordSound();
  }

  /** To be called about once a second, also while nothing can be written. */
  look(written: Iterable<Writing>): void {
    const { newest } = this.#camera.ring;
    if (this.#safe === undefined || newest === undefined) return;
    const files = new Map<string, Seen>();
    for (const { path, start, end } of written) {
      const bytes = sizeOf(path);
      const seen = this.#files.get(path);
      // How a file begins, says nothing of its pictures.
      const grows = seen !== undefined && seen.bytes > 0 && bytes > seen.bytes;
      const safe = grows ? (Math.max(seen.safe, end) as MediaTime) : (seen?.safe ?? start);
      files.set(path, { bytes, safe });
    }
    this.#files = files;
    if (files.size > 0) this.#safe = Math.min(...[...files.values()].map(({ safe }) => safe)) as MediaTime;
    this.#keep(newest.pts);
  }

  /** All that can be is on the disk. */
  end(): void {
    this.#safe = undefined;
    this.#most = MOST;
    this.#files.clear();
    this.#camera.keepPast(this, undefined);
    this.#endSound?.();
    this.#endSound = undefined;
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

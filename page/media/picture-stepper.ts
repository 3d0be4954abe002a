import type { ArchiveSource, LoadedPiece } from './archive-source.js';
import type { Sample } from './mp4.js';
import { picturesToKeep, samplesFor, shownIndex, stepFrom } from './pictures.js';

/** Pictures around the moment are looked for so far away. */
const AROUND_MS = 15_000;
/** Where less than this share of a part is decoded ahead, the next part is: that may take as long as some steps. */
const AHEAD_SHARE = 0.6;

/** Whether pictures can be decoded one by one here: browsers allow it only where nobody can have changed the page. */
export const canDecode = (): boolean => globalThis.isSecureContext && 'VideoDecoder' in globalThis;

/**
 * Steps from picture to picture, both ways. Decoding begins at a keyframe, so what was decoded on the way is kept, and what a
 * next step may want is decoded ahead.
 */
export class PictureStepper {
  readonly #source: ArchiveSource;
  /** Decoded, by their time. */
  readonly #pictures = new Map<number, VideoFrame>();
  /** Who waits for one of them, by its time. */
  readonly #awaited = new Map<number, () => void>();
  #decoding: Promise<void> = Promise.resolve();
  /** In pictures, of the size that there is. */
  #ahead = 6;
  /** What is being decoded. */
  #decoder: VideoDecoder | undefined;
  /** How often it was told to rest: what was begun before does not go on. */
  #rests = 0;
  #closed = false;

  constructor(source: ArchiveSource) {
    this.#source = source;
  }

  /** The moment of the picture so many steps away, in ms; undefined where there is none. */
  async timeOf(from: number, steps: number): Promise<number | undefined> {
    const pieces = this.#source.pieces('video', from - AROUND_MS, from + AROUND_MS);
    if (!pieces) return undefined;
    const at = pieces.findIndex(({ start, end }) => from >= start - 1 && from < end);
    if (at !== -1) {
      const times = timesOf([await this.#source.load(pieces[at]!)]);
      const shown = shownIndex(times, from);
      const to = times[shown + steps];
      // Those beside are waited for only from the first or the last picture of a piece, or to another one.
      if (shown > 0 && shown < times.length - 1 && to !== undefined) return to;
    }
    const near = pieces.slice(Math.max(0, (at === -1 ? pieces.length : at) - 1), at + 2);
    const loaded = await Promise.all(near.map((piece) => this.#source.load(piece)));
    return stepFrom(timesOf(loaded), from, steps);
  }

  /** The picture of a moment that `timeOf` gave; undefined where it cannot be decoded. It belongs to the stepper. */
  async picture(time: number, direction: 1 | -1): Promise<VideoFrame | undefined> {
    if (!this.#pictures.has(time)) await Promise.race([this.#arrival(time), this.#decode(time, direction)]);
    const found = this.#pictures.get(time);
    if (found && !this.#pictures.has(this.#nearby(time, direction * this.#ahead)))
      void this.#beside(time, direction, this.#ahead + 1);
    return found;
  }

  /** Decodes what is beside a moment, before anybody wants it. */
  async warm(time: number): Promise<void> {
    const rests = this.#rests;
    for (const direction of [1, -1] as const) if (rests === this.#rests) await this.#beside(time, direction, 1);
  }

  /** Nothing is wanted for now: what is being decoded is given up. */
  rest(): void {
    this.#rests += 1;
    if (this.#decoder?.state === 'configured') this.#decoder.close();
  }

  close(): void {
    this.#closed = true;
    this.rest();
    for (const picture of this.#pictures.values()) picture.close();
    this.#pictures.clear();
  }

  /** Resolves when a picture is decoded, though others are not yet. */
  #arrival(time: number): Promise<void> {
    return new Promise((resolve) => this.#awaited.set(time, resolve));
  }

  #nearby(time: number, steps: number): number {
    const times = [...this.#pictures.keys()].sort((a, b) => a - b);
    return stepFrom(times, time, steps) ?? Number.NaN;
  }

  /** Decodes from the picture so many steps away on. */
  async #beside(time: number, direction: 1 | -1, steps: number): Promise<void> {
    const next = await this.timeOf(time, direction * steps).catch(() => undefined);
    if (next !== undefined && !this.#pictures.has(next)) await this.#decode(next, direction).catch(() => {});
  }

  /** One after the other: each would take the processor from the one that is waited for. */
  #decode(time: number, direction: 1 | -1): Promise<void> {
    const rests = this.#rests;
    const turn = this.#decoding.then(() =>
      this.#pictures.has(time) ? undefined : this.#decodeAround(time, direction, rests),
    );
    this.#decoding = turn.catch(() => {});
    return turn;
  }

  async #decodeAround(time: number, direction: 1 | -1, rests: number): Promise<void> {
    const piece = this.#source
      .pieces('video', time - 1, time + 1)
      ?.find(({ start, end }) => time >= start - 1 && time < end);
    if (!piece || rests !== this.#rests) return;
    const loaded = await this.#source.load(piece);
    if (rests !== this.#rests) return;
    const { track, media } = loaded;
    const times = timesOf([loaded]);
    const keep = picturesToKeep(track.width, track.height);
    this.#ahead = Math.ceil(keep * AHEAD_SHARE);
    const at = shownIndex(times, time);
    const [first, last] = direction > 0 ? [at, at + keep - 1] : [at - keep + 1, at];
    const wanted = new Set(times.slice(Math.max(0, first), last + 1));
    await this.#run(loaded, samplesFor(media.samples, wanted), wanted);
    this.#trim(time, keep * 2);
  }

  async #run({ track, bytes }: LoadedPiece, samples: readonly Sample[], wanted: ReadonlySet<number>): Promise<void> {
    // Times go through a decoder as whole microseconds.
    const byMicros = new Map(samples.map(({ time }) => [Math.round(time * 1000), time]));
    let failed: Error | undefined;
    const decoder = new VideoDecoder({
      output: (picture) => {
        const time = byMicros.get(picture.timestamp);
        if (this.#closed || time === undefined || !wanted.has(time) || this.#pictures.has(time)) picture.close();
        else this.#pictures.set(time, picture);
        if (time !== undefined) this.#awaited.get(time)?.();
      },
      error: (error) => {
        failed = error;
      },
    });
    this.#decoder = decoder;
    try {
      decoder.configure({ codec: track.codec, description: track.configuration });
      for (const { time, key, from, to } of samples) {
        const data = bytes.subarray(from, to);
        decoder.decode(
          new EncodedVideoChunk({ type: key ? 'key' : 'delta', timestamp: Math.round(time * 1000), data }),
        );
      }
      await decoder.flush();
    } finally {
      if (decoder.state !== 'closed') decoder.close();
      for (const { time } of samples) this.#awaited.delete(time);
    }
    if (failed) throw failed;
  }

  /** The farthest go first. */
  #trim(time: number, most: number): void {
    const far = [...this.#pictures.keys()].sort((a, b) => Math.abs(b - time) - Math.abs(a - time));
    for (const each of far.slice(0, Math.max(0, far.length - most))) {
      this.#pictures.get(each)?.close();
      this.#pictures.delete(each);
    }
  }
}

const timesOf = (loaded: readonly LoadedPiece[]): number[] =>
  loaded.flatMap(({ media }) => media.samples.map(({ time }) => time)).sort((a, b) => a - b);

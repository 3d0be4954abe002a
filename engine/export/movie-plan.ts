import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ByteRange } from '../core/byte-range.js';
import { MICROS_PER_SECOND, type UtcMicros, type UtcRange, utcMicros } from '../core/time.js';
import { type MovieTrack, movieHeader } from '../mp4/movie-header.js';
import { SampleTable } from '../mp4/sample-table.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { Extents } from './extents.js';
import {
  isJoined,
  keyBefore,
  type SegmentMedia,
  type SourceSegment,
  segmentMedia,
  type TimedFragment,
} from './source-media.js';

/** Media that was taken without a gap, and where it is in the file. */
export interface MovieSpan extends UtcRange {
  /** Seconds from the beginning of the file. */
  at: number;
}

/** A file that is made of segments: what is in front of the media, and where the media is. */
export interface MoviePlan {
  length: number;
  /** The same for the same bytes. */
  version: string;
  pictures: number;
  spans: readonly MovieSpan[];
  read(range: ByteRange): Readable;
}

interface Run {
  /** In ticks of the video since the first segment's beginning: from when on it is shown, and until when so far. */
  from: number;
  until: number;
  /** Where it is in the file, in ticks of the video. */
  at: number;
  /** Pictures that are shown before it cannot be decoded. */
  keyPts: number;
}

/**
 * Puts segments together to one file that shows a range: every sample as it is, from the keyframe before the range on, with
 * an edit list that begins where it was asked. Gaps are closed. The same segments and range give the same file.
 * @param segments in the order of time, all with the same video; at least one
 * @returns undefined if there is nothing in the range
 */
export const planMovie = async (
  segments: readonly SourceSegment[],
  range: UtcRange,
): Promise<MoviePlan | undefined> => {
  const builder = new MovieBuilder(segments, range);
  return await builder.plan();
};

class MovieBuilder {
  readonly #segments: readonly SourceSegment[];
  readonly #base: UtcMicros;
  readonly #range: UtcRange;
  readonly #media = new Extents();
  readonly #spans: Run[] = [];
  #video: MovieTrack | undefined;
  #sound: MovieTrack | undefined;
  #run: Run | undefined;

  constructor(segments: readonly SourceSegment[], range: UtcRange) {
    this.#segments = segments;
    this.#base = segments[0]!.startUtc;
    this.#range = range;
  }

  async plan(): Promise<MoviePlan | undefined> {
    for (let index = this.#firstSegment(); index < this.#segments.length; index++) {
      if (!this.#add(index)) break;
      // A day of segments takes seconds to read.
      await new Promise((others) => setImmediate(others));
    }
    this.#endRun();
    return this.#video && this.#spans.length > 0 ? this.#finished(this.#video) : undefined;
  }

  /** The one with the keyframe from which the beginning of the range can be decoded. */
  #firstSegment(): number {
    const { startUtc } = this.#range;
    let index = this.#segments.findIndex((each) => each.endUtc > startUtc);
    if (index < 0) return this.#segments.length;
    for (; index > 0; index--) {
      const [before, segment] = [this.#segments[index - 1]!, this.#segments[index]!];
      if (!segment.continues || !isJoined(before, segment)) break;
      const media = segmentMedia(segment, this.#base);
      if (media && keyBefore(media, this.#ticks(startUtc, media.video.timescale)) !== undefined) break;
    }
    return index;
  }

  /** False if nothing of it, and so of what follows, is in the range. */
  #add(index: number): boolean {
    const segment = this.#segments[index]!;
    const media = segmentMedia(segment, this.#base);
    if (!media) return true;
    const { video, pictures } = media;
    const end = this.#ticks(this.#range.endUtc, video.timescale);
    const last = pictures.findLastIndex(({ pts }) => pts < end);
    if (last < 0) return false;
    const before = this.#segments[index - 1];
    const goesOn = this.#run !== undefined && before !== undefined && isJoined(before, segment);
    let first = 0;
    if (!goesOn || !(segment.continues || segment.keyed)) {
      this.#endRun();
      const start = this.#ticks(this.#range.startUtc, video.timescale);
      first = (this.#spans.length === 0 ? keyBefore(media, start) : undefined) ?? pictures.findIndex(({ key }) => key);
      if (first < 0 || first > last) return true;
      this.#begin(pictures[first]!.pts, start);
    }
    this.#copy(index, media, { first, last, end });
    return true;
  }

  /** Adds what is wanted of a segment: of its pictures, those from one number to another. */
  #copy(index: number, media: SegmentMedia, { first, last, end }: { first: number; last: number; end: number }): void {
    const { video, sound } = media;
    const segment = this.#segments[index]!;
    this.#video ??= { ...media.entries.video, table: new SampleTable(), chunks: [] };
    if (sound && media.entries.sound) {
      this.#sound ??= { ...media.entries.sound, table: new SampleTable(), chunks: [] };
    }
    const next = this.#segments[index + 1];
    const soundEnd = next && isJoined(segment, next) ? end : Math.min(end, media.end);
    let number = 0;
    for (const fragment of media.fragments) {
      if (fragment.track === video.id) {
        const from = number;
        number += fragment.samples.length;
        this.#pictures(segment.path, fragment, { first: first - from, last: last - from, end });
      } else if (fragment.track === sound?.id) this.#frames(segment.path, fragment, sound, { end: soundEnd, video });
    }
  }

  /** @param start of the range, which counts for what is shown first */
  #begin(keyPts: number, start: number): void {
    const before = this.#spans.at(-1);
    const at = before ? before.at + before.until - before.from : 0;
    const from = before ? keyPts : Math.max(start, keyPts);
    this.#run = { from, until: from, at, keyPts };
  }

  #endRun(): void {
    if (this.#run && this.#run.until > this.#run.from) this.#spans.push(this.#run);
    this.#run = undefined;
  }

  #pictures(path: string, fragment: TimedFragment, range: { first: number; last: number; end: number }): void {
    const run = this.#run!;
    const { table, chunks } = this.#video!;
    const pictures = fragment.samples.filter(
      ({ pts }, index) => index >= range.first && index <= range.last && pts >= run.keyPts,
    );
    this.#chunks(path, pictures, chunks, table, (sample) => {
      run.until = Math.max(run.until, Math.min(range.end, sample.pts + Math.max(1, sample.ticks)));
      const shift = run.at - run.from;
      table.add({ ...sample, dts: sample.dts + shift, pts: sample.pts + shift });
    });
  }

  #frames(path: string, fragment: TimedFragment, sound: Mp4Track, { end, video }: { end: number; video: Mp4Track }) {
    const run = this.#run!;
    const { table, chunks } = this.#sound!;
    const scaled = (ticks: number): number => Math.round((ticks * sound.timescale) / video.timescale);
    const [from, until] = [scaled(run.from), scaled(end)];
    // A decoder needs the frame before the first one that is heard.
    const lead = run.at === 0 ? 1 : 0;
    const frames = fragment.samples.filter(
      ({ dts, ticks }) => (lead ? dts + 2 * ticks > from : dts >= from) && dts < until,
    );
    const shift = scaled(run.at) - from;
    this.#chunks(path, frames, chunks, table, (sample) =>
      table.add({ ...sample, dts: sample.dts + shift, pts: sample.pts + shift }),
    );
  }

  /** What lies together becomes a chunk. */
  #chunks(
    path: string,
    samples: TimedFragment['samples'],
    chunks: number[],
    table: SampleTable,
    add: (sample: TimedFragment['samples'][number]) => void,
  ): void {
    for (let from = 0; from < samples.length; ) {
      let to = from;
      let length = 0;
      const { offset } = samples[from]!;
      for (; samples[to]?.offset === offset + length; to++) {
        const sample = samples[to]!;
        length += sample.size;
        add(sample);
      }
      chunks.push(this.#media.add(path, offset, length));
      table.chunk(to - from);
      from = to;
    }
  }

  #finished(video: MovieTrack): MoviePlan {
    const { timescale } = video.track;
    const last = this.#spans.at(-1)!;
    const tracks = [video, ...(this.#sound && this.#sound.table.count > 0 ? [this.#sound] : [])];
    const utc = (ticks: number): UtcMicros => utcMicros(this.#base + (ticks * MICROS_PER_SECOND) / timescale);
    const header = movieHeader({
      tracks,
      duration: last.at + last.until - last.from,
      timescale,
      taken: Math.floor(utc(this.#spans[0]!.from) / MICROS_PER_SECOND),
      mediaBytes: this.#media.length,
    });
    const media = this.#media;
    return {
      length: header.length + media.length,
      version: versionOf(header, media),
      pictures: video.table.count,
      spans: this.#spans.map(({ from, until, at }) => ({
        startUtc: utc(from),
        endUtc: utc(until),
        at: at / timescale,
      })),
      read: (range) => Readable.from(bytesOf(header, media, range), { objectMode: false }),
    };
  }

  #ticks(utc: UtcMicros, timescale: number): number {
    return Math.round(((utc - this.#base) * timescale) / MICROS_PER_SECOND);
  }
}

async function* bytesOf(header: Buffer, media: Extents, { start, end }: ByteRange): AsyncGenerator<Buffer> {
  if (start < header.length) yield header.subarray(start, end + 1);
  if (end < header.length) return;
  yield* media.read({ start: Math.max(0, start - header.length), end: end - header.length });
}

/** A segment never changes where it has been written. */
const versionOf = (header: Buffer, media: Extents): string => {
  const hash = createHash('sha256').update(header);
  for (const { path, offset, length } of media) hash.update(`${path} ${offset} ${length}\n`);
  return hash.digest('hex').slice(0, 32);
};

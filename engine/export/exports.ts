import { createHash } from 'node:crypto';
import type { ArchiveIndex } from '../archive/archive-index.js';
import { folderOf } from '../archive/video.js';
import { SluiceError } from '../core/errors.js';
import { type Micros, seconds, toCompactIso, toIso, type UtcMicros, type UtcRange } from '../core/time.js';
import type { MediaFolder } from '../recording/media-folder.js';
import { type MoviePlan, planMovie } from './movie-plan.js';
import { type SourceGroup, sourcesOf } from './sources.js';

export interface ExportsDeps {
  segments: ArchiveIndex;
  /** The folder of videos. */
  media: MediaFolder;
}

/** An MP4 file of a part of a video. */
export interface ExportedMovie extends MoviePlan {
  /** Of the file. */
  name: string;
  /** When the first picture that is shown was taken, and when the last one ceased to be shown. */
  startUtc: UtcMicros;
  endUtc: UtcMicros;
}

/** The tables of a day's samples take about 50 MB. */
const LONGEST: Micros = seconds(86_400);
/** Plans that are remembered, for clients that ask for one range of bytes after another. */
const REMEMBERED = 4;

/** The pictures or the sound of a range are not of one kind, so one file cannot have them. */
class FormatChange extends SluiceError {
  constructor(readonly ranges: readonly UtcRange[]) {
    const told = ranges.map(({ startUtc, endUtc }) => `${toIso(startUtc)}/${toIso(endUtc)}`);
    super('FormatChange', `the format of the pictures or of the sound changes within this time: ${told.join(', ')}`, {
      kind: 'conflict',
      hint: 'Export each of these times by itself, or all of them as a zip.',
    });
  }
}

/** Makes files of parts of videos, without encoding anything anew. */
export class Exports {
  readonly #deps: ExportsDeps;
  readonly #plans = new Map<string, MoviePlan | undefined>();

  constructor(deps: ExportsDeps) {
    this.#deps = deps;
  }

  /**
   * One file with what a video has in a range.
   * @throws SluiceError `VideoNotFound`; `RangeInvalid`; `NoMedia`; `FormatChange`, with the ranges that can be had
   */
  async movie(video: string, range: UtcRange): Promise<ExportedMovie> {
    const groups = this.#sources(video, range);
    if (groups.length > 1) throw new FormatChange(groups.map((group) => within(group, range)));
    const movie = groups[0] && (await this.#movie(video, groups[0], range));
    if (movie) return movie;
    throw new SluiceError('NoMedia', `the video '${video}' has no media in this time`, {
      kind: 'notFound',
      hint: 'availableMedia says when it has.',
    });
  }

  /**
   * What a video has in a range, in as many files as its formats need; none if there is nothing.
   * @throws SluiceError `VideoNotFound`; `RangeInvalid`
   */
  async movies(video: string, range: UtcRange): Promise<ExportedMovie[]> {
    const movies: ExportedMovie[] = [];
    for (const group of this.#sources(video, range)) {
      const movie = await this.#movie(video, group, range);
      if (movie) movies.push(movie);
    }
    return movies;
  }

  #sources(video: string, range: UtcRange): SourceGroup[] {
    if (!this.#deps.segments.video(video)) {
      throw new SluiceError('VideoNotFound', `there is no video '${video}'`, {
        kind: 'notFound',
        hint: 'GET /videos lists the videos; one is made when a VideoSink first writes to it.',
      });
    }
    if (range.endUtc <= range.startUtc || range.endUtc - range.startUtc > LONGEST) {
      throw new SluiceError('RangeInvalid', 'the end must be after the start, and by 24 hours at most', {
        kind: 'invalid',
        hint: 'Give starttime and endtime, and export longer times in several files.',
      });
    }
    return sourcesOf(this.#deps, video, range);
  }

  async #movie(video: string, { segments }: SourceGroup, range: UtcRange): Promise<ExportedMovie | undefined> {
    const key = createHash('sha256')
      .update(JSON.stringify([video, range, segments.map(({ path, endUtc }) => [path, endUtc])]))
      .digest('hex');
    const plan = this.#plans.has(key) ? this.#plans.get(key) : await planMovie(segments, range);
    this.#plans.delete(key);
    this.#plans.set(key, plan);
    if (this.#plans.size > REMEMBERED) this.#plans.delete(this.#plans.keys().next().value!);
    if (!plan) return undefined;
    const { startUtc } = plan.spans[0]!;
    const { endUtc } = plan.spans.at(-1)!;
    return { ...plan, name: `${folderOf(video)}-${toCompactIso(startUtc)}.mp4`, startUtc, endUtc };
  }
}

const within = (group: UtcRange, range: UtcRange): UtcRange => ({
  startUtc: Math.max(group.startUtc, range.startUtc) as UtcMicros,
  endUtc: Math.min(group.endUtc, range.endUtc) as UtcMicros,
});

import type { Archive } from '../archive/archive.js';
import type { Segment, UtcRange } from '../archive/archive-index.js';
import { TICKS } from '../archive/cuts.js';
import type { Video } from '../archive/video.js';
import { SluiceError } from '../core/errors.js';
import { MICROS_PER_SECOND, type Micros, seconds, toTicks90k, type UtcMicros } from '../core/time.js';
import type { MoveOptions } from '../mp4/moved-fragments.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { availableMedia, type Precision, type TimeRange } from './available-media.js';
import type { ManifestContent } from './dash.js';
import { type Piece, piecesOf } from './pieces.js';
import { SegmentReader } from './segment-reader.js';

/** No segment is longer: a topology asks for 5 minutes at most, and a camera's GOP comes on top. */
const LONGEST_SEGMENT: Micros = seconds(900);
const DAY: Micros = 86_400 * MICROS_PER_SECOND;

export interface PlaybackDeps {
  archive: Pick<Archive, 'segments' | 'media' | 'isInUse'>;
  clock: { utc(): UtcMicros };
}

/** What players ask of videos. */
export class Playback {
  readonly #deps: PlaybackDeps;
  readonly #reader: SegmentReader;

  constructor(deps: PlaybackDeps) {
    this.#deps = deps;
    this.#reader = new SegmentReader(deps.archive.media);
  }

  /** @throws SluiceError `VideoNotFound` */
  video(name: string): Video {
    const video = this.#deps.archive.segments.video(name);
    if (video) return video;
    throw new SluiceError('VideoNotFound', `there is no video '${name}'`, {
      kind: 'notFound',
      hint: 'GET /videos lists the videos; one is made when a VideoSink first writes to it.',
    });
  }

  availableMedia(name: string, precision: Precision, range: UtcRange): TimeRange[] {
    const { archive, clock } = this.#deps;
    return availableMedia(archive.segments, this.video(name).name, precision, range, clock.utc());
  }

  /**
   * What a manifest lists: the media of a range; without one today's, which goes on if the video is being written.
   * @param query is put behind each address
   */
  manifest(name: string, range: UtcRange | undefined, query: string): ManifestContent {
    const { archive, clock } = this.#deps;
    const video = this.video(name);
    const now = clock.utc();
    const today = { startUtc: (now - (now % DAY)) as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
    const segments = archive.segments.between(name, range ?? today).map((segment) => this.#reader.live(segment));
    const pieces = within(piecesOf(segments), range);
    return {
      pieces,
      tracks: this.#tracksOf(segments, pieces),
      live: range === undefined && archive.isInUse(name) && segments.some(({ state }) => state === 'open'),
      now: toTicks90k(now),
      segmentSeconds: video.segmentLength / MICROS_PER_SECOND,
      query,
    };
  }

  /** The piece that begins at a tick. */
  piece(name: string, start: number): Piece | undefined {
    const around = {
      startUtc: (utcOf(start) - LONGEST_SEGMENT) as UtcMicros,
      endUtc: (utcOf(start) + LONGEST_SEGMENT) as UtcMicros,
    };
    const segments = this.#deps.archive.segments.between(name, around).map((segment) => this.#reader.live(segment));
    return piecesOf(segments).find((piece) => piece.start === start);
  }

  /** Media of a piece, with times since the epoch. */
  media(piece: Piece, kind: Mp4Track['kind'], inFront?: MoveOptions['inFront']): Promise<Buffer[]> {
    return this.#reader.media(piece, kind, inFront);
  }

  /** The header for pieces of a format; undefined if no segment has it any more. */
  initialisation(name: string, format: string, kind: Mp4Track['kind']): Buffer | undefined {
    const segment = this.#deps.archive.segments.withFormat(name, format) ?? this.#openWith(name, format);
    return segment && this.#reader.initialisation(segment, kind);
  }

  #openWith(name: string, format: string): Segment | undefined {
    return this.#deps.archive.segments
      .open()
      .filter(({ video }) => video === name)
      .map((segment) => this.#reader.live(segment))
      .find((segment) => segment.format === format);
  }

  #tracksOf(segments: readonly Segment[], pieces: readonly Piece[]): ManifestContent['tracks'] {
    const tracks = new Map<string, readonly Mp4Track[]>();
    const wanted = new Set(pieces.map(({ format }) => format));
    for (const segment of segments) {
      const { format } = segment;
      if (format === undefined || !wanted.has(format) || tracks.has(format)) continue;
      const head = this.#reader.head(segment);
      if (head) tracks.set(format, head.tracks);
    }
    return tracks;
  }
}

const utcOf = (ticks: number): number => Math.round((ticks * MICROS_PER_SECOND) / TICKS);

/** Those with media in a range: the first begins at the keyframe before it. */
const within = (pieces: Piece[], range: UtcRange | undefined): Piece[] => {
  if (!range) return pieces;
  const [from, to] = [toTicks90k(range.startUtc), toTicks90k(range.endUtc)];
  return pieces.filter(({ start, end }) => end > from && start < to);
};

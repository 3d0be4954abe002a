import type { Archive } from '../archive/archive.js';
import type { Segment, UtcRange } from '../archive/archive-index.js';
import { TICKS } from '../archive/cuts.js';
import { MetadataReader } from '../archive/metadata-reader.js';
import type { Video } from '../archive/video.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { NEVER } from '../core/moments.js';
import { MICROS_PER_SECOND, type Micros, seconds, toTicks90k, type UtcMicros } from '../core/time.js';
import type { Mp4Track } from '../mp4/tracks.js';
import { availableMedia, type Precision, type TimeRange } from './available-media.js';
import type { ManifestContent } from './dash.js';
import { inferenceBoxes } from './inference-boxes.js';
import { type Piece, piecesOf } from './pieces.js';
import { SegmentReader } from './segment-reader.js';

/** No segment is longer: a topology asks for 5 minutes at most, and a camera's GOP comes on top. */
const LONGEST_SEGMENT: Micros = seconds(900);
const HOUR: Micros = 3600 * MICROS_PER_SECOND;
/** How long after a picture it is known what is in it, with time to spare. */
const FOUND_WITHIN: Micros = seconds(60);
const DAY: Micros = 24 * HOUR;

export interface PlaybackDeps {
  archive: Pick<Archive, 'segments' | 'media' | 'isInUse'>;
  clock: { utc(): UtcMicros };
  log: Logger;
}

/** What players ask of videos. */
export class Playback {
  readonly #deps: PlaybackDeps;
  readonly #reader: SegmentReader;
  readonly #metadata = new MetadataReader();

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
   * What a manifest lists: the media of a range; without one today's. Without an end it goes on while the video is written.
   * @param query is put behind each address
   */
  manifest(name: string, asked: UtcRange | undefined, query: string): ManifestContent {
    const { archive, clock } = this.#deps;
    const video = this.video(name);
    const now = clock.utc();
    const range = asked ?? today(now);
    const segments = archive.segments.between(video.name, range).map((segment) => this.#reader.live(segment));
    const pieces = within(piecesOf(segments), range);
    const openEnded = range.endUtc === NEVER;
    return {
      pieces,
      tracks: this.#tracksOf(segments, pieces),
      live: openEnded && archive.isInUse(video.name) && segments.some(({ state }) => state === 'open'),
      openEnded,
      now: toTicks90k(now),
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

  /** Media of a piece, with times since the epoch; pictures with what was found in them, so far as it is known now. */
  async media(name: string, piece: Piece, kind: Mp4Track['kind']): Promise<Buffer[]> {
    const boxes = kind === 'video' ? await this.#found(this.video(name), piece) : [];
    const front = boxes.length > 0 ? Buffer.concat(boxes) : undefined;
    let isFirst = true;
    return this.#reader.media(piece, kind, () => {
      // In front of all of them: older players look for events nowhere else.
      const here = isFirst ? front : undefined;
      isFirst = false;
      return here;
    });
  }

  /** Whether more may yet be found in a piece's pictures than is known now. */
  isRecent({ end }: Piece): boolean {
    return this.#deps.clock.utc() - utcOf(end) < FOUND_WITHIN;
  }

  async #found({ folder }: Video, { start, end }: Piece): Promise<Buffer[]> {
    const { archive, log } = this.#deps;
    const range = { startUtc: utcOf(start) as UtcMicros, endUtc: utcOf(end) as UtcMicros };
    try {
      return inferenceBoxes(await this.#metadata.between(archive.media.absolute(folder), range), end);
    } catch (error) {
      // Pictures can be watched without.
      log.warn({ folder }, `metadata cannot be read: ${messageOf(error)}`);
      return [];
    }
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

/** From midnight in UTC. Just after midnight somebody may still be in the last hour of the day before. */
const today = (now: UtcMicros): UtcRange => ({
  startUtc: Math.min(now - (now % DAY), now - HOUR) as UtcMicros,
  endUtc: NEVER,
});

/** Those with media in a range: the first begins at the keyframe before it. */
const within = (pieces: Piece[], range: UtcRange): Piece[] => {
  const [from, to] = [toTicks90k(range.startUtc), toTicks90k(range.endUtc)];
  return pieces.filter(({ start, end }) => end > from && start < to);
};

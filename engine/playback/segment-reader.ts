import { open } from 'node:fs/promises';
import type { Segment } from '../archive/archive-index.js';
import { originOf, TICKS } from '../archive/cuts.js';
import { readFacts } from '../archive/segment-facts.js';
import { toTicks90k } from '../core/time.js';
import { withFile } from '../mp4/boxes.js';
import { type MoveOptions, movedFragments } from '../mp4/moved-fragments.js';
import { readSegment } from '../mp4/segment-layout.js';
import { headerOfTrack } from '../mp4/single-track.js';
import type { Mp4Track } from '../mp4/tracks.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { Piece } from './pieces.js';

/** What is known of a segment's file once its header has been read. */
export interface SegmentHead {
  tracks: readonly Mp4Track[];
  /** Of each track, what must be added to its times so that they count from the epoch. */
  shifts: ReadonlyMap<number, number>;
}

/** Heads that are remembered. */
const REMEMBERED = 512;

/** Reads the files of segments for those who play them. */
export class SegmentReader {
  readonly #media: MediaFolder;
  readonly #heads = new Map<number, SegmentHead>();

  constructor(media: MediaFolder) {
    this.#media = media;
  }

  /**
   * Undefined while nothing of it is on the disk.
   * @throws the file system's error if it cannot be read
   */
  head(segment: Segment): SegmentHead | undefined {
    const known = this.#heads.get(segment.id);
    if (known) return known;
    const layout = withFile(this.#media.absolute(segment.path), readSegment);
    const video = layout?.tracks.find(({ kind }) => kind === 'video');
    const pictures = layout?.fragments.filter(({ track }) => track === video?.id) ?? [];
    if (!layout || !video || pictures.length === 0) return undefined;
    const seconds = toTicks90k(segment.startUtc) / TICKS - originOf(pictures) / video.timescale;
    const shifts = new Map(layout.tracks.map(({ id, timescale }) => [id, Math.round(seconds * timescale)]));
    const head = { tracks: layout.tracks, shifts };
    this.#heads.set(segment.id, head);
    if (this.#heads.size > REMEMBERED) this.#heads.delete(this.#heads.keys().next().value!);
    return head;
  }

  /**
   * A segment that is being written, with what is on the disk of it up to the last cut: what comes behind that still grows,
   * and players ask for each piece once. The same if it is over.
   */
  live(segment: Segment): Segment {
    if (segment.state !== 'open') return segment;
    try {
      const facts = readFacts(this.#media.absolute(segment.path));
      if (!facts) return segment;
      const { format, cuts, keyed, bytes, pictures } = facts;
      return { ...segment, format, cuts: cuts.slice(0, -1), keyed, bytes, pictures };
    } catch {
      return segment;
    }
  }

  /** The header with which a track of this segment is begun. */
  initialisation(segment: Segment, kind: Mp4Track['kind']): Buffer | undefined {
    const track = this.head(segment)?.tracks.find((each) => each.kind === kind);
    return track && withFile(this.#media.absolute(segment.path), (source) => headerOfTrack(source, track.id));
  }

  /**
   * One kind of media of a piece, with times since the epoch. Empty if there is none.
   * @throws the file system's error if a file cannot be read
   */
  async media(piece: Piece, kind: Mp4Track['kind'], inFront?: MoveOptions['inFront']): Promise<Buffer[]> {
    const found: Buffer[] = [];
    for (const { segment, from, to } of piece.parts) {
      const head = this.head(segment);
      const track = head?.tracks.find((each) => each.kind === kind);
      if (!head || !track) continue;
      const bytes = await this.#read(segment, from, to);
      const { shifts } = head;
      found.push(...movedFragments(bytes, { shifts, track: track.id, ...(inFront ? { inFront } : {}) }));
    }
    return found;
  }

  async #read(segment: Segment, from: number, to: number): Promise<Buffer> {
    const file = await open(this.#media.absolute(segment.path), 'r');
    try {
      const bytes = Buffer.allocUnsafe(to - from);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}

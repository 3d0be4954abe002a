import { isMissing } from '../api/http.js';
import { contentPath, manifestPath, readContent, readRanges, readText } from '../api/videos.js';
import { boxesAt, type SeenBox, type SeenThen, seenInMedia, whenSeen } from './boxes.js';
import { asRecorded, type Media, readHeader, readMedia, type TrackHeader } from './mp4.js';
import { type Master, type Piece, readMaster, readPlaylist } from './playlist.js';

/** A manifest lists so much of a video. */
const WINDOW_MS = 600_000;
/** One in which media may still come is asked for again after so long. */
const FRESH_MS = 2000;
const MOST_WINDOWS = 8;
/** Pieces that are kept, of a few seconds each. */
const MOST_PIECES = 12;
/** What is farther away has nothing to do with a moment. */
const AROUND_MS = 10_000;
const AVA_EVENTS = 'urn:msft:media:ava:event:2020:json';

interface Window {
  manifest: string;
  video: Piece[];
  audio: Piece[];
  askedAt: number;
  asking: boolean;
}

export type Kind = 'video' | 'audio';

/** Media that has been fetched. */
export interface LoadedPiece {
  piece: Piece;
  bytes: Uint8Array<ArrayBuffer>;
  header: Uint8Array<ArrayBuffer>;
  track: TrackHeader;
  media: Media;
}

/** Where one video's media comes from: what there is, and its bytes, whoever asks. */
export class ArchiveSource {
  readonly video: string;
  readonly #windows = new Map<number, Window>();
  readonly #headers = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  readonly #pieces = new Map<string, Promise<LoadedPiece>>();
  readonly #seen = new Map<string, SeenThen[]>();

  constructor(video: string) {
    this.video = video;
  }

  /** What there is between two moments, as far as is known by now; undefined where it is not. Asks for what is not. */
  pieces(kind: Kind, from: number, to: number): Piece[] | undefined {
    const found = new Map<string, Piece>();
    let known = true;
    for (let index = Math.floor(from / WINDOW_MS); index * WINDOW_MS <= to; index++) {
      const window = this.#window(index);
      if (!window) known = false;
      for (const piece of window?.[kind] ?? []) if (piece.end > from && piece.start < to) found.set(piece.uri, piece);
    }
    return known ? [...found.values()].sort((a, b) => a.start - b.start) : undefined;
  }

  /** The video's media of a piece, with its pictures. Several may ask for the same. */
  load(piece: Piece): Promise<LoadedPiece> {
    const known = this.#pieces.get(piece.uri);
    if (known) return known;
    const loading = this.#load(piece);
    this.#pieces.set(piece.uri, loading);
    loading.catch(() => this.#pieces.delete(piece.uri));
    trim(this.#pieces, MOST_PIECES);
    return loading;
  }

  header(uri: string): Promise<Uint8Array<ArrayBuffer>> {
    let header = this.#headers.get(uri);
    if (!header) {
      header = readContent(this.#base, uri).then(asRecorded);
      header.catch(() => this.#headers.delete(uri));
      this.#headers.set(uri, header);
    }
    return header;
  }

  bytes(uri: string): Promise<Uint8Array<ArrayBuffer>> {
    return readContent(this.#base, uri);
  }

  /** What was seen at a moment, as far as its media has been fetched. */
  boxesAt(time: number): SeenBox[] {
    const around = [...this.#seen.values()].flat().filter((each) => Math.abs(each.time - time) < AROUND_MS);
    return boxesAt(whenSeen(around), time);
  }

  /** The first moment from `after` on at which there is media; undefined if there is none. */
  async nextMedia(after: number): Promise<number | undefined> {
    const now = Date.now();
    for (const ahead of [6 * 3_600_000, 3 * 86_400_000, 40 * 86_400_000, Number.POSITIVE_INFINITY]) {
      const end = Math.min(now + 60_000, after + ahead);
      if (end <= after) return undefined;
      const first = (await readRanges(this.video, after, end))[0];
      if (first) return Math.max(after, Date.parse(first.start));
      if (end > now) return undefined;
    }
    return undefined;
  }

  /** Any manifest of the video: what it names is named the same in all. */
  get #base(): string {
    return manifestPath(this.video, 0, WINDOW_MS);
  }

  async #load(piece: Piece): Promise<LoadedPiece> {
    const [header, bytes] = await Promise.all([this.header(piece.header), this.bytes(piece.uri)]);
    const track = readHeader(header);
    if (!track) throw new Error('the media has a header that cannot be read');
    const media = readMedia(bytes, track.timescale);
    this.#seen.set(piece.uri, media.events.filter(({ scheme }) => scheme === AVA_EVENTS).map(seenInMedia));
    trim(this.#seen, 40);
    return { piece, bytes, header, track, media };
  }

  #window(index: number): Window | undefined {
    const now = Date.now();
    const known = this.#windows.get(index);
    const isOpen = known !== undefined && known.askedAt < (index + 1) * WINDOW_MS + 60_000;
    if (!known || (isOpen && !known.asking && now - known.askedAt > FRESH_MS)) void this.#ask(index, known);
    return known && known.manifest !== '' ? known : undefined;
  }

  async #ask(index: number, before: Window | undefined): Promise<void> {
    const entry: Window = before ?? { manifest: '', video: [], audio: [], askedAt: 0, asking: true };
    entry.asking = true;
    entry.askedAt = Date.now();
    this.#windows.set(index, entry);
    trim(this.#windows, MOST_WINDOWS);
    const manifest = manifestPath(this.video, index * WINDOW_MS, (index + 1) * WINDOW_MS);
    try {
      const master = await this.#master(manifest);
      const list = async (uri: string | undefined): Promise<Piece[]> =>
        uri === undefined ? [] : readPlaylist(await readText(contentPath(manifest, uri)));
      [entry.video, entry.audio] = await Promise.all([list(master?.video), list(master?.audio)]);
      entry.manifest = manifest;
    } catch {
      // Told of elsewhere: the page notices that the engine does not answer. It is asked again.
      if (entry.manifest === '')
        setTimeout(() => this.#windows.get(index) === entry && this.#windows.delete(index), 1000);
    }
    entry.asking = false;
  }

  /** Undefined where there is no media. */
  async #master(manifest: string): Promise<Master | undefined> {
    try {
      return readMaster(await readText(manifest));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

/** Lets go of what was put in first. */
const trim = <V>(map: Map<unknown, V>, most: number): void => {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
};

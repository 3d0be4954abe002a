import { AppendQueue } from './append-queue.js';
import type { Piece } from './playlist.js';

const BEHIND_MS = 15_000;
const KEPT_AHEAD_MS = 60_000;

/** What a source takes: media with the header that it needs, and its type. */
export interface Appended {
  bytes: Uint8Array<ArrayBuffer>;
  header: Uint8Array<ArrayBuffer>;
  type: string;
}

/** The pictures, or the sound, of an element that plays pieces. */
export class MediaLane {
  readonly #buffer: SourceBuffer;
  readonly #queue: AppendQueue;
  /** What has been appended or is on its way, by its address. */
  readonly #pieces = new Map<string, Piece>();
  /** Of ms since the epoch, at the element's time 0. */
  readonly #origin: number;
  #header = '';
  #type: string;

  /** @throws if the browser cannot play it */
  constructor(source: MediaSource, type: string, origin: number) {
    this.#buffer = source.addSourceBuffer(type);
    this.#buffer.timestampOffset = -origin / 1000;
    this.#queue = new AppendQueue(this.#buffer);
    this.#origin = origin;
    this.#type = type;
  }

  get buffered(): TimeRanges {
    return this.#buffer.buffered;
  }

  get failed(): boolean {
    return this.#queue.failed;
  }

  /** All that it was given is there. */
  get isIdle(): boolean {
    return this.#queue.waiting === 0 && !this.#buffer.updating;
  }

  has({ uri }: Piece): boolean {
    return this.#pieces.has(uri);
  }

  append(piece: Piece, { bytes, header, type }: Appended): void {
    if (this.#type !== type) this.#queue.changeType(type);
    if (this.#header !== piece.header) this.#queue.append(header);
    this.#type = type;
    this.#header = piece.header;
    this.#queue.append(bytes);
    this.#pieces.set(piece.uri, piece);
  }

  /** What lies far from the moment goes, so that a browser's room is never full. */
  forget(time: number): void {
    if (this.#queue.waiting > 0) return;
    this.#remove(({ start, end }) => end <= time - BEHIND_MS || start >= time + KEPT_AHEAD_MS);
  }

  hasFrom(time: number): boolean {
    return [...this.#pieces.values()].some(({ start }) => start >= time);
  }

  /** What lies behind a gap: a source ends behind the last that it has, and nowhere else. */
  forgetFrom(time: number): void {
    this.#remove(({ start }) => start >= time);
  }

  #remove(isRemoved: (piece: Piece) => boolean): void {
    for (const [uri, piece] of this.#pieces) {
      if (!isRemoved(piece)) continue;
      this.#pieces.delete(uri);
      this.#queue.remove(Math.max(0, (piece.start - this.#origin) / 1000), (piece.end - this.#origin) / 1000);
    }
  }

  /** More may come, after the source was told that nothing does. */
  reopen(): void {
    // Browsers open the source again for whatever is about to be appended, and to say where is the least of it.
    this.#buffer.timestampOffset = -this.#origin / 1000;
  }
}

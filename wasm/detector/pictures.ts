/**
 * Room for the pictures that wait or are being judged. It is lent out again last in, first out: some thirty pictures
 * are under way at a time however many cameras there are, so that copying them in and judging them stays in the caches.
 */
import type { Slabs } from './slabs.js';

/** The kernel reads whole vectors, and reads a shifted picture beyond its borders: never by more bytes than this. */
export const PICTURE_MARGIN = 64;
/** Free rooms are kept up to this, and given back to the slabs beyond it. */
const KEPT_BYTES = 8 * 1024 * 1024;
const WORD = 8;

export interface PictureRoom {
  readonly address: number;
  readonly bytes: number;
}

/** Bytes of the room for a picture of so many bytes. */
export function roomFor(pictureBytes: number): number {
  return (2 * PICTURE_MARGIN + WORD + pictureBytes + 63) & ~63;
}

/**
 * Where in a room the picture is to begin. V8 copies into shared memory word by word, but byte by byte when source and
 * target are not aligned alike: 38 µs for a 320×180 picture in place of 4. A picture in a stream's buffer begins
 * anywhere, so it is placed at the same alignment as its source; the kernel reads from any address.
 */
export function placeIn(room: PictureRoom, source: Uint8Array): number {
  return room.address + PICTURE_MARGIN + (source.byteOffset & (WORD - 1));
}

export class Pictures {
  readonly #slabs: Slabs;
  readonly #free = new Map<number, PictureRoom[]>();
  #kept = 0;

  constructor(slabs: Slabs) {
    this.#slabs = slabs;
    slabs.onFull = () => this.#trim();
  }

  /** Throws OutOfSlabs. */
  take(pictureBytes: number): PictureRoom {
    const bytes = roomFor(pictureBytes);
    const room = this.#free.get(bytes)?.pop();
    if (room === undefined) return { address: this.#slabs.take(bytes), bytes };
    this.#kept -= bytes;
    return room;
  }

  give(room: PictureRoom): void {
    if (this.#kept + room.bytes > KEPT_BYTES) {
      this.#slabs.give(room.address, room.bytes);
      return;
    }
    const free = this.#free.get(room.bytes);
    if (free === undefined) this.#free.set(room.bytes, [room]);
    else free.push(room);
    this.#kept += room.bytes;
  }

  #trim(): void {
    for (const rooms of this.#free.values()) for (const room of rooms) this.#slabs.give(room.address, room.bytes);
    this.#free.clear();
    this.#kept = 0;
  }
}

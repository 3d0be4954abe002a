import { type ClipFormat, formatText } from '../filters/clip-format.js';
import { isSamePlace } from './pooled-host.js';
import type { HostPlace } from './protocol.js';

export interface ReadyWish {
  format: ClipFormat;
  place: HostPlace;
}

/** The clips for which a host is to be kept ready, one entry for everybody who asks for the same. */
export class ReadyWishes {
  readonly #wishes = new Map<string, ReadyWish & { count: number }>();

  /** The returned function takes the wish back. */
  add(format: ClipFormat, place: HostPlace): () => void {
    const key = `${formatText(format)} ${place.asEngine} ${place.folder}`;
    const wish = this.#wishes.get(key) ?? { format, place, count: 0 };
    wish.count += 1;
    this.#wishes.set(key, wish);
    let asked = true;
    return () => {
      if (!asked) return;
      asked = false;
      wish.count -= 1;
      if (wish.count === 0) this.#wishes.delete(key);
    };
  }

  all(): Iterable<ReadyWish> {
    return this.#wishes.values();
  }

  get none(): boolean {
    return this.#wishes.size === 0;
  }

  concern(place: HostPlace | undefined): boolean {
    return [...this.#wishes.values()].some((wish) => isSamePlace(wish.place, place));
  }
}

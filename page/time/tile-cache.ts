import { lengthOf, type Span } from './scale.js';
import { isStale, type Tile, tilesOf } from './tiles.js';

interface Entry<T> {
  value?: T;
  askedAt: number;
  asking: boolean;
  failed: boolean;
}

const MOST_TILES = 600;
const MOST_AT_ONCE = 4;
const AFTER_FAILURE_MS = 10_000;

/** What the timeline shows of cameras, asked for as it comes into sight and kept for a while. */
export class TileCache<T> {
  readonly #ask: (name: string, tile: Span) => Promise<T>;
  readonly #onNews: () => void;
  readonly #entries = new Map<string, Entry<T>>();
  #asking = 0;
  #wanted: { key: string; name: string; tile: Tile }[] = [];

  constructor(ask: (name: string, tile: Span) => Promise<T>, onNews: () => void) {
    this.#ask = ask;
    this.#onNews = onNews;
  }

  /** What is known by now of a span; asks for the rest. */
  of(name: string, span: Span): T[] {
    const known: T[] = [];
    const now = Date.now();
    for (const tile of tilesOf(span)) {
      if (tile.start > now) continue;
      const key = `${name}/${tile.key}`;
      const entry = this.#entries.get(key);
      if (entry?.value !== undefined) known.push(entry.value);
      if (!entry || (!entry.asking && this.#isDue(entry, tile, now))) this.#want(key, name, tile);
    }
    return known;
  }

  /** Whether everything of a span is there. */
  isComplete(name: string, span: Span): boolean {
    const now = Date.now();
    return tilesOf(span).every(
      (tile) => tile.start > now || this.#entries.get(`${name}/${tile.key}`)?.value !== undefined,
    );
  }

  /** Something has happened: what is asked for next is asked for anew. */
  forget(name: string): void {
    for (const [key, entry] of this.#entries) if (key.startsWith(`${name}/`)) entry.askedAt = 0;
    this.#onNews();
  }

  #isDue({ askedAt, failed }: Entry<T>, tile: Tile, now: number): boolean {
    if (failed) return now - askedAt > AFTER_FAILURE_MS;
    // Of long tiles, little changes in a few seconds.
    return askedAt === 0 || isStale(tile, askedAt, now, Math.max(4000, lengthOf(tile) / 900));
  }

  #want(key: string, name: string, tile: Tile): void {
    if (this.#wanted.some((each) => each.key === key)) return;
    // What was asked for last is what is looked at.
    this.#wanted.unshift({ key, name, tile });
    this.#wanted.length = Math.min(this.#wanted.length, 60);
    this.#next();
  }

  #next(): void {
    while (this.#asking < MOST_AT_ONCE) {
      const next = this.#wanted.shift();
      if (!next) return;
      void this.#load(next.key, next.name, next.tile);
    }
  }

  async #load(key: string, name: string, tile: Tile): Promise<void> {
    const entry: Entry<T> = { ...this.#entries.get(key), askedAt: Date.now(), asking: true, failed: false };
    // Put last: the first ones are the ones that go.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    this.#asking += 1;
    try {
      entry.value = await this.#ask(name, tile);
    } catch {
      entry.failed = true;
    }
    entry.asking = false;
    this.#asking -= 1;
    for (const old of this.#entries.keys()) {
      if (this.#entries.size <= MOST_TILES) break;
      this.#entries.delete(old);
    }
    this.#onNews();
    this.#next();
  }
}

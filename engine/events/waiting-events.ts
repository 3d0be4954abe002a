import type { NewEntry } from './event-store.js';

export interface WaitingLimits {
  maxEvents: number;
  maxBytes: number;
}

/** Events that could not be kept. */
export interface Loss {
  count: number;
  byType: Record<string, number>;
}

/**
 * Entries waiting to be written, oldest first: normally for milliseconds. While the disk is full they pile up to the
 * limits; after that new ones are lost, so that there is one hole, after what is kept, and not many.
 */
export class WaitingEvents {
  readonly #limits: WaitingLimits;
  #entries: NewEntry[] = [];
  #events = 0;
  #bytes = 0;
  #loss: Loss | undefined;
  #lostInAll = 0;

  constructor(limits: WaitingLimits) {
    this.#limits = limits;
  }

  /** Number of events. */
  get length(): number {
    return this.#events;
  }

  /** Events may be none while entries are not: an entry can be a mere change. */
  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Events lost since the start. */
  get lost(): number {
    return this.#lostInAll;
  }

  /** False if the queue is full; the events of the entry are counted as lost. */
  push(entry: NewEntry): boolean {
    const { events, bytes } = extent(entry);
    if (this.#events + events > this.#limits.maxEvents || this.#bytes + bytes > this.#limits.maxBytes) {
      this.#lose(entry);
      return false;
    }
    this.#entries.push(entry);
    this.#events += events;
    this.#bytes += bytes;
    return true;
  }

  includes(entry: NewEntry): boolean {
    return this.#entries.includes(entry);
  }

  /** The oldest, which stay in the queue: as many as have `limit` events together, and one at least. */
  head(limit: number): NewEntry[] {
    let events = 0;
    const end = this.#entries.findIndex(({ rows }, index) => {
      events += rows.length;
      return index > 0 && events > limit;
    });
    return this.#entries.slice(0, end < 0 ? undefined : end);
  }

  /** Removes the oldest, once they are written. */
  drop(count: number): void {
    for (const entry of this.#entries.slice(0, count)) this.#forget(entry);
    this.#entries = this.#entries.slice(count);
  }

  /** Removes an entry that can never be written; its events are counted as lost. */
  discard(entry: NewEntry): void {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#forget(entry);
    this.#lose(entry);
  }

  /** What was lost since the last call. Those events came after everything that was in the queue then. */
  takeLoss(): Loss | undefined {
    const loss = this.#loss;
    this.#loss = undefined;
    return loss;
  }

  #forget(entry: NewEntry): void {
    const { events, bytes } = extent(entry);
    this.#events -= events;
    this.#bytes -= bytes;
  }

  #lose({ rows }: NewEntry): void {
    if (rows.length === 0) return;
    this.#loss ??= { count: 0, byType: {} };
    this.#loss.count += rows.length;
    for (const { type } of rows) this.#loss.byType[type] = (this.#loss.byType[type] ?? 0) + 1;
    this.#lostInAll += rows.length;
  }
}

const extent = ({ rows }: NewEntry) => ({
  events: rows.length,
  bytes: rows.reduce((sum, row) => sum + row.wire.length, 0),
});

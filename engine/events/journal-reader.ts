import type { EventJournal, GapRecord, WireEvent } from './types.js';

/** What a reader meets next. */
type JournalChunk = { kind: 'events'; events: WireEvent[] } | { kind: 'gap'; gap: GapRecord } | { kind: 'end' };

/** Walks through the log from a position, and meets its gaps in their places. */
export class JournalReader {
  readonly #journal: EventJournal;
  #cursor: number;

  constructor(journal: EventJournal, since: number) {
    this.#journal = journal;
    this.#cursor = since;
  }

  /** The last seq that was handed out or skipped. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Moves on without reading, when the events were had from elsewhere. */
  skipTo(seq: number): void {
    this.#cursor = seq;
  }

  next(limit: number): JournalChunk {
    const gap = this.#journal.gapAfter(this.#cursor);
    if (gap) {
      // A reader that is ahead of the log comes back to where the log is.
      this.#cursor = Math.min(gap.gap.to, this.#journal.lastSeq);
      return { kind: 'gap', gap };
    }
    const events = this.#contiguous(this.#journal.readWire(this.#cursor, limit));
    if (typeof events === 'number') return this.#missing(events);
    const last = events.at(-1);
    if (!last) return { kind: 'end' };
    this.#cursor = last.seq;
    return { kind: 'events', events };
  }

  /** What follows the cursor without a hole, or the first seq after the hole. */
  #contiguous(events: WireEvent[]): WireEvent[] | number {
    const hole = events.findIndex((event, index) => event.seq !== this.#cursor + 1 + index);
    if (hole > 0) return events.slice(0, hole); // the hole is met in the next call
    if (hole === 0) return events[0]!.seq;
    return events.length === 0 && this.#cursor < this.#journal.lastSeq ? this.#journal.lastSeq + 1 : events;
  }

  /** Nobody knows why these are not there: a damaged file. Readers are told rather than left waiting. */
  #missing(next: number): JournalChunk {
    const gap = { from: this.#cursor + 1, to: next - 1, reason: 'missing' };
    this.#cursor = next - 1;
    return { kind: 'gap', gap: { gap } };
  }
}

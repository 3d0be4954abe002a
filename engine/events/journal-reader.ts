import type { EventJournal, GapRecord, WireEvent } from './types.js';

/** What a reader finds next. */
type JournalChunk = { kind: 'events'; events: WireEvent[] } | { kind: 'gap'; gap: GapRecord } | { kind: 'end' };

/**
 * The number to go on from after a gap. A reader that was ahead of the log is set back to its end: the numbers up to
 * where it was are still to come.
 */
export const resumeAfter = ({ gap }: GapRecord): number => (gap.reason === 'notInLog' ? gap.from - 1 : gap.to);

/** Reads the journal from a position on, and reports gaps where they are. */
export class JournalReader {
  readonly #journal: EventJournal;
  #cursor: number;

  constructor(journal: EventJournal, since: number) {
    this.#journal = journal;
    this.#cursor = since;
  }

  /** The last seq that was returned or skipped. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Moves on without reading, when the events have come from elsewhere. */
  skipTo(seq: number): void {
    this.#cursor = seq;
  }

  next(limit: number): JournalChunk {
    const gap = this.#journal.gapAfter(this.#cursor);
    if (gap) {
      this.#cursor = resumeAfter(gap);
      return { kind: 'gap', gap };
    }
    const events = this.#contiguous(this.#journal.readWire(this.#cursor, limit));
    if (typeof events === 'number') return this.#missing(events);
    const last = events.at(-1);
    if (!last) return { kind: 'end' };
    this.#cursor = last.seq;
    return { kind: 'events', events };
  }

  /** The events that follow the cursor without a hole; if the hole is right there, the first seq after it. */
  #contiguous(events: WireEvent[]): WireEvent[] | number {
    const hole = events.findIndex((event, index) => event.seq !== this.#cursor + 1 + index);
    if (hole > 0) return events.slice(0, hole); // the next call finds the hole
    if (hole === 0) return events[0]!.seq;
    return events.length === 0 && this.#cursor < this.#journal.lastSeq ? this.#journal.lastSeq + 1 : events;
  }

  /** A hole that no gap explains: the file is damaged. The reader is told rather than left waiting. */
  #missing(next: number): JournalChunk {
    const gap = { from: this.#cursor + 1, to: next - 1, reason: 'missing' };
    this.#cursor = next - 1;
    return { kind: 'gap', gap: { gap } };
  }
}

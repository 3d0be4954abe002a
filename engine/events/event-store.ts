import type { Statement } from 'better-sqlite3';
import { messageOf } from '../core/errors.js';
import { readBootId } from '../store/boot-id.js';
import type { Database } from '../store/sqlite.js';
import type { GapRecord, RetentionLimits } from './types.js';

/** An event as a row of the table. */
export interface EventRow {
  seq: number;
  type: string;
  pipeline: string | null;
  output: string | null;
  wire: string;
}

export type NewRow = Omit<EventRow, 'seq'>;

/** What is written together or not at all. */
export interface NewEntry {
  rows: readonly NewRow[];
  /** Changes tables of others that the events tell of. */
  change?: () => void;
}

/** The `change` of an entry has failed, and not the log itself. */
export class ChangeFailed extends Error {
  override readonly name = 'ChangeFailed';

  constructor(
    readonly entry: NewEntry,
    override readonly cause: unknown,
  ) {
    super(messageOf(cause), { cause });
  }
}

interface EventStoreOptions {
  /** Events that retention removes at once. */
  segmentEvents: number;
  /** Keep sequence numbers from being assigned twice after a power cut. Not needed if every commit is synced. */
  reserve: boolean;
  bootId?: string | undefined;
}

/**
 * The present time on two clocks. The age of what this run has written is measured on the monotonic one: on a machine
 * that booted in 1970, setting the wall clock would otherwise make every event look decades old.
 */
export interface Moment {
  wallMs: number;
  monotonicMs: number;
}

interface Segment {
  first_seq: number;
  last_seq: number;
  bytes: number;
  first_written: number;
  last_written: number;
  /** When it was last written to, if that was in this run. */
  monotonicMs?: number;
}

interface Gap {
  first_seq: number;
  last_seq: number;
  reason: string;
}

/** Sequence numbers that one fsync reserves. After a power cut at most this many are skipped. */
const RESERVED_NUMBERS = 65_536;

/** Events among which one is looked for by its id, and the part of its JSON in which that is. */
const RECENT = 10_000;
const HEAD_CHARS = 80;

/** The tables of the journal. Knows SQL and sequence numbers, but neither envelopes nor listeners. */
export class EventStore {
  readonly #db: Database;
  readonly #options: EventStoreOptions;
  readonly #insert: Statement<[number, string, string | null, string | null, string]>;
  readonly #select: Statement<[number, number], EventRow>;
  readonly #recent: Statement<[number, string], EventRow>;
  readonly #putSegment: Statement<[number, number, number, number, number]>;
  readonly #putState: Statement<[string, string]>;
  readonly #appendAll: (entries: readonly NewEntry[], now: Moment) => EventRow[];
  #segments: Segment[];
  #gaps: Gap[];
  #lastSeq: number;
  #bytes = 0;
  #trimmed: number;
  #reserved = Number.POSITIVE_INFINITY;

  constructor(db: Database, options: EventStoreOptions) {
    this.#db = db;
    this.#options = options;
    this.#insert = db.prepare('INSERT INTO events (seq, type, pipeline, output, wire) VALUES (?, ?, ?, ?, ?)');
    // A row that a damaged page has made nonsense of is not there: readers get a gap.
    this.#select = db.prepare(
      `SELECT seq, type, pipeline, output, wire FROM events
       WHERE seq > ? AND json_valid(wire) AND wire GLOB ('{"seq":' || seq || ',*') ORDER BY seq LIMIT ?`,
    );
    this.#recent = db.prepare(
      `SELECT seq, type, pipeline, output, wire FROM events
       WHERE seq > ? AND instr(substr(wire, 1, ${HEAD_CHARS}), '"id":"' || ? || '"') > 0 AND json_valid(wire)
       ORDER BY seq DESC LIMIT 1`,
    );
    this.#putSegment = db.prepare('INSERT OR REPLACE INTO event_segments VALUES (?, ?, ?, ?, ?)');
    this.#putState = db.prepare('INSERT OR REPLACE INTO event_log_state VALUES (?, ?)');
    this.#appendAll = db.transaction((entries: readonly NewEntry[], now: Moment) =>
      this.#writeAll(entries, now),
    ).immediate;

    this.#segments = db.prepare<[], Segment>('SELECT * FROM event_segments ORDER BY first_seq').all();
    this.#gaps = db.prepare<[], Gap>('SELECT * FROM event_gaps ORDER BY first_seq').all();
    this.#bytes = this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    this.#trimmed = Number(this.#state('trimmed') ?? 0);
    this.#lastSeq = Math.max(this.#trimmed, this.#segments.at(-1)?.last_seq ?? 0, this.#gaps.at(-1)?.last_seq ?? 0);
    if (options.reserve) this.#afterPowerCut();
  }

  /** The oldest event that can be read; `lastSeq + 1` if there is none. */
  get firstSeq(): number {
    return this.#segments[0]?.first_seq ?? this.#lastSeq + 1;
  }

  get lastSeq(): number {
    return this.#lastSeq;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The event with this id, if it is among the newest. Newest first, so that it is cheap for one that has just come. */
  recent(id: string): EventRow | undefined {
    return this.#recent.get(this.#lastSeq - RECENT, id);
  }

  /**
   * Writes all entries in one transaction, their rows numbered from `lastSeq + 1`. Throws and writes nothing if that is
   * not possible: a ChangeFailed if an entry's change is to blame.
   */
  append(entries: readonly NewEntry[], now: Moment): EventRow[] {
    const last = entries.reduce((sum, { rows }) => sum + rows.length, this.#lastSeq);
    if (last > this.#reserved) this.#reserve(last);
    const before = { segments: this.#segments, bytes: this.#bytes, lastSeq: this.#lastSeq };
    // The open segment is changed in place below; working on a copy lets a failed transaction be undone.
    this.#segments = [...before.segments.slice(0, -1), ...before.segments.slice(-1).map((segment) => ({ ...segment }))];
    try {
      return this.#appendAll(entries, now);
    } catch (error) {
      this.#segments = before.segments;
      this.#bytes = before.bytes;
      this.#lastSeq = before.lastSeq;
      throw error;
    }
  }

  #writeAll(entries: readonly NewEntry[], now: Moment): EventRow[] {
    const written: EventRow[] = [];
    for (const entry of entries) {
      for (const row of entry.rows) written.push(this.#insertRow(row, now));
      try {
        entry.change?.();
      } catch (error) {
        throw new ChangeFailed(entry, error);
      }
    }
    this.#saveSegment(this.#segments.at(-1));
    return written;
  }

  #insertRow(row: NewRow, now: Moment): EventRow {
    const seq = this.#lastSeq + 1;
    const wire = wireText(seq, row.wire);
    this.#insert.run(seq, row.type, row.pipeline, row.output, wire);
    const bytes = Buffer.byteLength(wire);
    const segment = this.#openSegment(seq, now.wallMs);
    segment.last_seq = seq;
    segment.last_written = now.wallMs;
    segment.monotonicMs = now.monotonicMs;
    segment.bytes += bytes;
    this.#bytes += bytes;
    this.#lastSeq = seq;
    return { seq, type: row.type, pipeline: row.pipeline, output: row.output, wire };
  }

  #openSegment(seq: number, nowMs: number): Segment {
    const open = this.#segments.at(-1);
    if (open && open.last_seq === seq - 1 && seq - open.first_seq < this.#options.segmentEvents) return open;
    this.#saveSegment(open);
    const segment = { first_seq: seq, last_seq: seq, bytes: 0, first_written: nowMs, last_written: nowMs };
    this.#segments.push(segment);
    return segment;
  }

  #saveSegment(segment: Segment | undefined): void {
    if (!segment) return;
    const { first_seq, last_seq, bytes, first_written, last_written } = segment;
    this.#putSegment.run(first_seq, last_seq, bytes, first_written, last_written);
  }

  read(since: number, limit: number): EventRow[] {
    return this.#select.all(since, limit);
  }

  gapAfter(since: number): GapRecord | undefined {
    const from = since + 1;
    if (since > this.#lastSeq) return { gap: { from: this.#lastSeq + 1, to: since, reason: 'notInLog' } };
    const gap = this.#gaps.find((one) => one.first_seq <= from && from <= one.last_seq);
    if (gap && gap.last_seq >= this.firstSeq - 1) return { gap: { from, to: gap.last_seq, reason: gap.reason } };
    if (from < this.firstSeq) return { gap: { from, to: this.firstSeq - 1, reason: 'retention' } };
    return undefined;
  }

  /** Removes the oldest segment if a limit is exceeded. True if it did: there may be more to remove. */
  trim(limits: RetentionLimits, now: Moment): boolean {
    const oldest = this.#segments[0];
    if (!oldest) return false;
    const count = this.#lastSeq - oldest.first_seq + 1;
    const over = count > limits.maxEvents || this.#bytes > limits.maxBytes || ageOf(oldest, now) > limits.maxAgeMs;
    if (!over) return false;
    this.#db
      .transaction(() => {
        this.#db.prepare('DELETE FROM events WHERE seq <= ?').run(oldest.last_seq);
        this.#db.prepare('DELETE FROM event_segments WHERE first_seq = ?').run(oldest.first_seq);
        this.#putState.run('trimmed', String(oldest.last_seq));
      })
      .immediate();
    this.#trimmed = oldest.last_seq;
    this.#segments = this.#segments.slice(1);
    this.#bytes -= oldest.bytes;
    return true;
  }

  cursor(consumer: string): number {
    const row = this.#db
      .prepare<[string], { seq: number }>('SELECT seq FROM event_cursors WHERE consumer = ?')
      .get(consumer);
    return row?.seq ?? 0;
  }

  saveCursor(consumer: string, seq: number): void {
    this.#db.prepare('INSERT OR REPLACE INTO event_cursors VALUES (?, ?)').run(consumer, seq);
  }

  /**
   * Records that everything is written, so that the next start continues with the next number even after a power cut.
   */
  markClean(): void {
    if (this.#options.reserve) this.#synced(() => this.#putState.run('open', ''));
  }

  #state(key: string): string | undefined {
    return this.#db.prepare<[string], { value: string }>('SELECT value FROM event_log_state WHERE key = ?').get(key)
      ?.value;
  }

  /**
   * Commits that are not synced survive a crash of the process but not a power cut. If the machine has rebooted while
   * the journal was open, events that a reader has seen may be missing. Their numbers must not be assigned again, so
   * the journal continues after all reserved numbers and shows the hole as a gap.
   */
  #afterPowerCut(): void {
    const bootId = this.#options.bootId ?? readBootId();
    const openedOn = this.#state('open');
    const reserved = Number(this.#state('reserved') ?? 0);
    if (openedOn && bootId && openedOn !== bootId && reserved > this.#lastSeq) {
      const gap = { first_seq: this.#lastSeq + 1, last_seq: reserved, reason: 'powerLoss' };
      this.#db.prepare('INSERT INTO event_gaps VALUES (?, ?, ?)').run(gap.first_seq, gap.last_seq, gap.reason);
      this.#gaps.push(gap);
      this.#lastSeq = reserved;
    }
    this.#reserve(this.#lastSeq, () => this.#putState.run('open', bootId ?? ''));
  }

  #reserve(upTo: number, also?: () => void): void {
    const reserved = upTo + RESERVED_NUMBERS;
    this.#synced(() => {
      this.#putState.run('reserved', String(reserved));
      also?.();
    });
    this.#reserved = reserved;
  }

  #synced(write: () => void): void {
    const before = this.#db.pragma('synchronous', { simple: true });
    this.#db.pragma('synchronous = FULL');
    try {
      this.#db.transaction(write).immediate();
    } finally {
      this.#db.pragma(`synchronous = ${before}`);
    }
  }
}

const ageOf = (segment: Segment, now: Moment): number =>
  segment.monotonicMs === undefined ? now.wallMs - segment.last_written : now.monotonicMs - segment.monotonicMs;

/** Completes the JSON of a row, which lacks the number until it is written. */
const wireText = (seq: number, tail: string): string => `{"seq":${seq},${tail}`;

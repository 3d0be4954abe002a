import { hostname } from 'node:os';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { type Logger, silentLogger } from '../core/log.js';
import type { Database } from '../store/sqlite.js';
import { SluiceEvent } from './catalogue.js';
import { type EventRow, EventStore, type Moment, type NewEntry, type NewRow } from './event-store.js';
import { EventTail } from './event-tail.js';
import { type EventJournalObserver, JournalWriter } from './journal-writer.js';
import type {
  CommitOutcome,
  CopiedEvent,
  EventAdopter,
  EventCommitter,
  EventDraft,
  EventJournal,
  EventJournalStats,
  GapRecord,
  RetentionLimits,
  StoredEvent,
  WireEvent,
} from './types.js';
import type { Loss } from './waiting-events.js';
import { copiedRow, type EventOrigin, JournalEvent, rowOf } from './wire.js';

export interface EventJournalOptions {
  clock: Clock;
  /** Part of the default topic, `/sluice/{engine}`. Default: the machine's name. */
  engine?: string;
  /** `topic` of every event. Default `/sluice/{engine}`. */
  topic?: string;
  /** Default `avaedge`, as in AVA. */
  module?: string;
  /**
   * How long an event may wait for others to be written with it, in ms, while writing them one by one would take more
   * than a quarter of the time. Default 4.
   */
  batchMs?: number;
  /** This many do not wait for the rest of `batchMs`, and are the most that is written at once. Default 512. */
  batchEvents?: number;
  /** Default: 1 000 000 events, 1 GiB of JSON, 30 days. */
  retention?: Partial<RetentionLimits>;
  /** Events that retention removes at once. Default 1000. */
  segmentEvents?: number;
  /** What is held in memory while the disk cannot be written. Default 50 000 events, 64 MiB. */
  waiting?: { maxEvents?: number; maxBytes?: number };
  /** Between attempts while the disk cannot be written, in ms. Default 1000. */
  retryMs?: number;
  log?: Logger;
  observer?: EventJournalObserver;
  /** Differs after every start of the machine. Default: the system's. */
  bootId?: string;
  /** Told the number of the newest event before anybody sees it; see `DataStore.noteSeq`. */
  noteSeq?: (seq: number) => void;
}

/** An event with more JSON than this is stored without its data; a note says so. */
const MAX_EVENT_CHARS = 1024 * 1024;
const TRIM_EVERY_MS = 30_000;
/** Segments that are removed after a batch, at most, so that the batch stays short. */
const TRIMS_PER_BATCH = 2;

/**
 * Opens the journal in the engine's database. An event is written before anybody sees it, and its number is given as it
 * is written: numbers have no holes, whatever happens to the process. See docs/ref/events.md.
 *
 * @throws whatever SQLite says; no timer runs then. Otherwise `close()` ends it.
 */
export const openEventJournal = (db: Database, options: EventJournalOptions): FullJournal => {
  const journal = new SqliteEventJournal(db, options);
  journal.start();
  return journal;
};

type FullJournal = EventJournal & EventCommitter & EventAdopter;

class SqliteEventJournal implements FullJournal {
  readonly #store: EventStore;
  readonly #tail = new EventTail();
  readonly #writer: JournalWriter;
  readonly #origin: EventOrigin;
  #retention: RetentionLimits;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #observer: EventJournalObserver;
  readonly #noteSeq: (seq: number) => void;
  readonly #listeners = new Set<(lastSeq: number) => void>();
  #stopTrimming: CancelTimer | undefined;
  #committing = false;
  #cancelAnnouncement: CancelTimer | undefined;
  #closed = false;

  constructor(db: Database, options: EventJournalOptions) {
    this.#clock = options.clock;
    this.#log = options.log ?? silentLogger();
    this.#observer = options.observer ?? {};
    this.#noteSeq = options.noteSeq ?? (() => {});
    this.#origin = {
      topic: options.topic ?? `/sluice/${options.engine ?? hostname()}`,
      module: options.module ?? 'avaedge',
    };
    this.#retention = { maxEvents: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 30 * 86_400_000, ...options.retention };
    this.#store = new EventStore(db, {
      segmentEvents: options.segmentEvents ?? 1000,
      // With full sync a number that was seen is on the disk.
      reserve: Number(db.pragma('synchronous', { simple: true })) < 2,
      bootId: options.bootId,
    });
    this.#writer = new JournalWriter(
      {
        clock: this.#clock,
        log: this.#log,
        observer: this.#observer,
        batchMs: options.batchMs ?? 4,
        batchEvents: options.batchEvents ?? 512,
        retryMs: options.retryMs ?? 1000,
        waiting: { maxEvents: 50_000, maxBytes: 64 * 1024 ** 2, ...options.waiting },
      },
      {
        append: (entries) => this.#store.append(entries, this.#now()),
        onBatch: (written) => this.#onBatch(written),
        lossReport: (loss, reason) => this.#lossReport(loss, reason),
      },
    );
  }

  start(): void {
    this.#stopTrimming = every(this.#clock, TRIM_EVERY_MS, () => this.#trim());
  }

  get topic(): string {
    return this.#origin.topic;
  }

  get firstSeq(): number {
    return this.#store.firstSeq;
  }

  get lastSeq(): number {
    return this.#store.lastSeq;
  }

  publish(draft: EventDraft): string {
    const id = newId();
    if (this.#closed) {
      this.#log.error({ eventType: draft.eventType }, 'an event came after the event log was closed and is lost');
      this.#observer.onLost?.();
      return id;
    }
    this.#writer.add(this.#rowOf(draft, id));
    return id;
  }

  commit(change: () => void, drafts: readonly EventDraft[]): CommitOutcome {
    if (this.#closed) {
      const eventTypes = drafts.map(({ eventType }) => eventType);
      this.#log.error({ eventTypes }, 'a change came after the event log was closed and is lost with its events');
      for (const _ of drafts) this.#observer.onLost?.();
      return 'lost';
    }
    return this.#commit(() => this.#writer.commit(this.#entry(change, drafts)));
  }

  commitNow(change: () => void, drafts: readonly EventDraft[]): void {
    if (this.#closed) throw new Error('the event log is closed');
    this.#commit(() => this.#writer.commitNow(this.#entry(change, drafts)));
  }

  adopt(change: () => void, events: readonly CopiedEvent[]): void {
    if (this.#closed) throw new Error('the event log is closed');
    this.#commit(() => this.#writer.commitNow({ rows: events.map(copiedRow), change }));
  }

  recent(id: string): StoredEvent | undefined {
    const row = this.#store.recent(id);
    return row && eventOf(row);
  }

  read(since: number, limit: number): StoredEvent[] {
    return this.readWire(since, limit);
  }

  readWire(since: number, limit: number): WireEvent[] {
    return this.#tail.read(since, limit) ?? this.#store.read(since, limit).map(eventOf);
  }

  gapAfter(since: number): GapRecord | undefined {
    return this.#store.gapAfter(since);
  }

  onAppended(listener: (lastSeq: number) => void): () => void {
    // A wrapper of its own, so that the same function can listen twice and stop once.
    const entry = (lastSeq: number) => listener(lastSeq);
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

  cursor(consumer: string): number {
    return this.#store.cursor(consumer);
  }

  saveCursor(consumer: string, seq: number): void {
    this.#store.saveCursor(consumer, seq);
  }

  stats(): EventJournalStats {
    return {
      firstSeq: this.firstSeq,
      lastSeq: this.lastSeq,
      bytes: this.#store.bytes,
      queued: this.#writer.queued,
      lost: this.#writer.lost,
      failure: this.#writer.failure,
    };
  }

  retain(limits: Partial<RetentionLimits>): void {
    this.#retention = { ...this.#retention, ...limits };
  }

  async flush(): Promise<void> {
    if (this.#writer.flush()) return;
    throw new SluiceError('EventLogUnwritable', `events cannot be written: ${this.#writer.failure}`, {
      kind: 'exhausted',
      hint: 'Free space in the data folder. Events wait in memory until then.',
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const written = this.#writer.close();
    this.#closed = true;
    this.#stopTrimming?.();
    if (this.#cancelAnnouncement) this.#announce();
    this.#listeners.clear();
    if (!written) {
      const { queued: events, failure: reason } = this.#writer;
      this.#log.error({ events, reason }, 'events are lost: the event log is closed');
      return;
    }
    try {
      this.#store.markClean();
    } catch (error) {
      // The next start takes it for a crash, which costs nothing unless the machine is started anew as well.
      this.#log.warn({ err: error }, 'the event log could not be marked as closed');
    }
  }

  #rowOf(draft: EventDraft, id: string): NewRow {
    let problem: string;
    try {
      const row = rowOf(draft, id, this.#origin);
      if (row.wire.length <= MAX_EVENT_CHARS) return row;
      problem = `the data was left out: it had ${row.wire.length} characters`;
    } catch (error) {
      problem = `the data was left out: ${messageOf(error)}`;
    }
    this.#log.error({ eventType: draft.eventType, subject: draft.subject }, problem);
    return rowOf({ ...draft, data: { problem } }, id, this.#origin);
  }

  #entry(change: () => void, drafts: readonly EventDraft[]): NewEntry {
    return { rows: drafts.map((draft) => this.#rowOf(draft, newId())), change };
  }

  #commit<T>(work: () => T): T {
    this.#committing = true;
    try {
      return work();
    } finally {
      this.#committing = false;
    }
  }

  #onBatch(written: readonly EventRow[]): void {
    this.#noteSeq(this.#store.lastSeq);
    this.#tail.add(written.map(eventOf));
    // Whoever commits is in the middle of something: listeners must not call it back before it has finished.
    if (this.#committing) this.#cancelAnnouncement ??= this.#clock.soon(() => this.#announce());
    else this.#announce();
    this.#trim();
  }

  #announce(): void {
    this.#cancelAnnouncement?.();
    this.#cancelAnnouncement = undefined;
    for (const listener of this.#listeners) {
      try {
        listener(this.#store.lastSeq);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of the event log failed');
      }
    }
  }

  #lossReport({ count, byType }: Loss, reason: string): NewRow {
    const data = { count, byType, reason };
    const eventTime = this.#clock.utc();
    return this.#rowOf({ eventType: SluiceEvent.EventsLost, subject: '', eventTime, data }, newId());
  }

  #now(): Moment {
    return { wallMs: Math.floor(this.#clock.utc() / 1000), monotonicMs: this.#clock.monotonic() / 1000 };
  }

  #trim(): void {
    try {
      const now = this.#now();
      for (let n = 0; n < TRIMS_PER_BATCH && this.#store.trim(this.#retention, now); n++);
    } catch (error) {
      // Removing needs a little space too. The next batch tries again.
      this.#log.warn({ err: error }, 'old events could not be removed');
    }
  }
}

const eventOf = ({ seq, type, pipeline, output, wire }: EventRow): WireEvent =>
  new JournalEvent(seq, type, pipeline ?? undefined, output ?? undefined, wire);

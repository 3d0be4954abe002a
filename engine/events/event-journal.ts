import { hostname } from 'node:os';
import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf, SluiceError, systemCode } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { type Logger, silentLogger } from '../core/log.js';
import type { Database } from '../store/sqlite.js';
import { SluiceEvent } from './catalogue.js';
import { EventStore, type Moment, type NewRow } from './event-store.js';
import { EventTail } from './event-tail.js';
import type {
  EventDraft,
  EventJournal,
  EventJournalStats,
  GapRecord,
  RetentionLimits,
  StoredEvent,
  WireEvent,
} from './types.js';
import { type Loss, WaitingEvents } from './waiting-events.js';
import { type EventOrigin, JournalEvent, rowOf } from './wire.js';

/** What the log tells of its work. All optional; called on the path of every batch, so keep them cheap. */
export interface EventJournalObserver {
  /** A batch of `events` was written in `micros`. */
  onWritten?(events: number, micros: number): void;
  onLost?(): void;
}

export interface EventJournalOptions {
  /** Part of the default topic, `/sluice/{engine}`. Default: the machine's name. */
  engine?: string;
  topic?: string;
  /** Default `avaedge`, as in AVA. */
  module?: string;
  /** How long an event may wait for others to be written with it, in ms. Default 4. */
  batchMs?: number;
  /** So many do not wait for the rest of `batchMs`, and are the most that is written at once. Default 512. */
  batchEvents?: number;
  /** Default: 1 000 000 events, 1 GiB of JSON, 30 days. */
  retention?: Partial<RetentionLimits>;
  /** Events that retention removes at once. Default 1000. */
  segmentEvents?: number;
  /** What is held in memory while the disk cannot be written. Default 50 000 events, 64 MiB. */
  waiting?: { maxEvents?: number; maxBytes?: number };
  /** Between attempts while the disk cannot be written, in ms. Default 1000. */
  retryMs?: number;
  clock: Clock;
  log?: Logger;
  observer?: EventJournalObserver;
  /** Differs after every start of the machine. Default: the system's. */
  bootId?: string;
}

/** An event with more JSON than this keeps its envelope and loses its data, which says so. */
const MAX_EVENT_CHARS = 1024 * 1024;
const TRIM_EVERY_MS = 30_000;
/** A flush that retention follows removes at most this many segments, so that it stays short. */
const TRIMS_PER_BATCH = 2;

/**
 * Opens the event log in the engine's database. An event is written before anybody sees it, and its number is given as
 * it is written: numbers have no holes, whatever happens to the process. See docs/ref/events.md.
 */
export const openEventJournal = (db: Database, options: EventJournalOptions): EventJournal => {
  const log = new SqliteEventJournal(db, options);
  log.start();
  return log;
};

class SqliteEventJournal implements EventJournal {
  readonly #store: EventStore;
  readonly #tail = new EventTail();
  readonly #waiting: WaitingEvents;
  readonly #origin: EventOrigin;
  #retention: RetentionLimits;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #observer: EventJournalObserver;
  readonly #batchMs: number;
  readonly #batchEvents: number;
  readonly #retryMs: number;
  readonly #listeners = new Set<(lastSeq: number) => void>();
  #timer: { cancel: CancelTimer; soon: boolean } | undefined;
  #stopTrimming: CancelTimer | undefined;
  #failure: string | undefined;
  #closed = false;

  constructor(db: Database, options: EventJournalOptions) {
    this.#clock = options.clock;
    this.#log = options.log ?? silentLogger();
    this.#observer = options.observer ?? {};
    this.#origin = {
      topic: options.topic ?? `/sluice/${options.engine ?? hostname()}`,
      module: options.module ?? 'avaedge',
    };
    this.#batchMs = options.batchMs ?? 4;
    this.#batchEvents = options.batchEvents ?? 512;
    this.#retryMs = options.retryMs ?? 1000;
    this.#retention = { maxEvents: 1_000_000, maxBytes: 1024 ** 3, maxAgeMs: 30 * 86_400_000, ...options.retention };
    this.#waiting = new WaitingEvents({ maxEvents: 50_000, maxBytes: 64 * 1024 ** 2, ...options.waiting });
    this.#store = new EventStore(db, {
      segmentEvents: options.segmentEvents ?? 1000,
      // With full sync a number that was seen is on the disk.
      reserve: Number(db.pragma('synchronous', { simple: true })) < 2,
      bootId: options.bootId,
    });
  }

  start(): void {
    this.#stopTrimming = every(this.#clock, TRIM_EVERY_MS, () => this.#trim());
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
      this.#log.error({ eventType: draft.eventType }, 'an event came after the log was closed and is lost');
      this.#observer.onLost?.();
      return id;
    }
    this.#add(this.#rowOf(draft, id));
    return id;
  }

  read(since: number, limit: number): StoredEvent[] {
    return this.readWire(since, limit);
  }

  readWire(since: number, limit: number): WireEvent[] {
    const recent = this.#tail.read(since, limit);
    if (recent) return recent;
    return this.#store
      .read(since, limit)
      .map((row) => new JournalEvent(row.seq, row.type, row.pipeline ?? undefined, row.output ?? undefined, row.wire));
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
      queued: this.#waiting.length,
      lost: this.#waiting.lost,
      failure: this.#failure,
    };
  }

  retain(limits: Partial<RetentionLimits>): void {
    this.#retention = { ...this.#retention, ...limits };
  }

  async flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      if (!this.#closed && this.#writeBatch()) continue;
      throw new SluiceError('EventLogUnwritable', `events cannot be written: ${this.#failure}`, {
        kind: 'exhausted',
        hint: 'Free space in the data folder. Events wait in memory until then.',
      });
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    while (this.#waiting.length > 0 && this.#writeBatch());
    this.#closed = true;
    this.#timer?.cancel();
    this.#stopTrimming?.();
    this.#listeners.clear();
    if (this.#waiting.length > 0) {
      this.#log.error({ events: this.#waiting.length, reason: this.#failure }, 'events are lost: the log is closed');
      return;
    }
    try {
      this.#store.markClean();
    } catch (error) {
      // The next start then takes it for a crash, which costs nothing unless the machine is started anew as well.
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

  #add(row: NewRow): void {
    if (!this.#waiting.push(row)) this.#observer.onLost?.();
    // While the disk fails, the retry timer decides.
    if (this.#failure === undefined) this.#schedule(this.#waiting.length >= this.#batchEvents);
  }

  #schedule(soon: boolean): void {
    if (this.#timer && (this.#timer.soon || !soon)) return;
    this.#timer?.cancel();
    this.#timer = { soon, cancel: this.#clock.after(soon ? 0 : this.#batchMs, () => this.#onTimer()) };
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (!this.#writeBatch()) {
      this.#timer = { soon: true, cancel: this.#clock.after(this.#retryMs, () => this.#onTimer()) };
    } else if (this.#waiting.length > 0) {
      this.#schedule(true);
    }
  }

  /** Writes one batch and shows it. False if the disk refused; everything is kept then. */
  #writeBatch(): boolean {
    const rows = this.#waiting.head(this.#batchEvents);
    if (rows.length === 0) return true;
    const started = this.#clock.monotonic();
    try {
      const written = this.#store.append(rows, this.#now());
      this.#tail.add(
        written.map(
          (row) => new JournalEvent(row.seq, row.type, row.pipeline ?? undefined, row.output ?? undefined, row.wire),
        ),
      );
    } catch (error) {
      this.#onFailure(error);
      return false;
    }
    this.#waiting.drop(rows.length);
    this.#observer.onWritten?.(rows.length, this.#clock.monotonic() - started);
    this.#onSuccess();
    this.#show();
    return true;
  }

  #show(): void {
    const lastSeq = this.#store.lastSeq;
    for (const listener of this.#listeners) {
      try {
        listener(lastSeq);
      } catch (error) {
        this.#log.error({ err: error }, 'a listener of the event log failed');
      }
    }
    this.#trim();
  }

  #onFailure(error: unknown): void {
    const failure = `${systemCode(error) ?? 'error'}: ${messageOf(error)}`;
    if (failure !== this.#failure)
      this.#log.error({ failure, waiting: this.#waiting.length }, 'events cannot be written');
    this.#failure = failure;
  }

  #onSuccess(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) this.#log.warn({ waiting: this.#waiting.length }, 'events are written again');
    // After everything that waited, which is where the loss happened.
    const loss = this.#waiting.length === 0 ? this.#waiting.takeLoss() : undefined;
    if (loss) this.#add(this.#lossReport(loss, failure));
  }

  #lossReport(loss: Loss, failure: string | undefined): NewRow {
    return this.#rowOf(
      {
        eventType: SluiceEvent.EventsLost,
        subject: '',
        eventTime: this.#clock.utc(),
        data: { count: loss.count, byType: loss.byType, reason: failure ?? 'queueFull' },
      },
      newId(),
    );
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

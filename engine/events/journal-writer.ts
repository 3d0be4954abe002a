import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf, systemCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_MS, type MonotonicTime } from '../core/time.js';
import { ChangeFailed, type EventRow, type NewEntry, type NewRow } from './event-store.js';
import type { CommitOutcome } from './types.js';
import { type Loss, WaitingEvents, type WaitingLimits } from './waiting-events.js';

/** Told of the journal's work. Called for every batch, so keep it cheap. */
export interface EventJournalObserver {
  /** A batch of `events` was written in `micros`. */
  onWritten?(events: number, micros: number): void;
  onLost?(): void;
}

interface JournalWriterOptions {
  clock: Clock;
  log: Logger;
  observer: EventJournalObserver;
  batchMs: number;
  batchEvents: number;
  retryMs: number;
  waiting: WaitingLimits;
}

interface JournalWriterHandlers {
  /** Writes all entries in one transaction, or throws and writes nothing. */
  append(entries: readonly NewEntry[]): EventRow[];
  /** A batch is on the disk. */
  onBatch(written: readonly EventRow[]): void;
  /** The event that tells of events that could not be kept. */
  lossReport(loss: Loss, reason: string): NewRow;
}

/** Part of the time that writing may take, as long as no event waits longer than `batchMs` for it. */
const SHARE = 0.25;

/** Collects events into batches and writes them. While the disk refuses, it keeps them in memory and tries again. */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  readonly #handlers: JournalWriterHandlers;
  readonly #waiting: WaitingEvents;
  #timer: { cancel: CancelTimer; soon: boolean } | undefined;
  #restUntil: MonotonicTime;
  #failure: string | undefined;
  /** Entries that can never be written, and why the last of them cannot. */
  readonly #refused = new WeakSet<NewEntry>();
  #refusal: string | undefined;
  #closed = false;

  constructor(options: JournalWriterOptions, handlers: JournalWriterHandlers) {
    this.#options = options;
    this.#restUntil = options.clock.monotonic();
    this.#handlers = handlers;
    this.#waiting = new WaitingEvents(options.waiting);
  }

  /** Events that wait to be written. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** Events that could not be kept, since the start. */
  get lost(): number {
    return this.#waiting.lost;
  }

  /** Why writing fails at the moment. */
  get failure(): string | undefined {
    return this.#failure;
  }

  add(row: NewRow): void {
    if (!this.#waiting.push({ rows: [row] })) this.#options.observer.onLost?.();
    // While the disk fails, the retry timer decides.
    if (this.#failure === undefined) this.#schedule(this.#waiting.length >= this.#options.batchEvents);
  }

  /** See `EventCommitter.commit`. */
  commit(entry: NewEntry): CommitOutcome {
    if (!this.#waiting.push(entry)) {
      this.#countLost(entry);
      return 'lost';
    }
    if (!this.flush() && !this.#timer) this.#startTimer(true, this.#options.retryMs);
    if (this.#waiting.includes(entry)) return 'waiting';
    return this.#refused.has(entry) ? 'lost' : 'written';
  }

  /** See `EventCommitter.commitNow`. */
  commitNow(entry: NewEntry): void {
    if (!this.flush()) throw new Error(this.#failure);
    try {
      this.#write([entry]);
    } catch (error) {
      throw error instanceof ChangeFailed ? error.cause : error;
    }
  }

  /** Writes what waits. False if that is not possible now, or no more. */
  flush(): boolean {
    while (!this.#waiting.isEmpty) if (this.#closed || !this.#writeBatch()) return false;
    return true;
  }

  /** Writes what waits and ends. False if the disk refused; what then still waits is lost. */
  close(): boolean {
    const written = this.flush();
    this.#closed = true;
    this.#timer?.cancel();
    return written;
  }

  #schedule(soon: boolean): void {
    if (this.#timer && (this.#timer.soon || !soon)) return;
    this.#timer?.cancel();
    const { clock, batchMs } = this.#options;
    const restMs = soon ? 0 : Math.min(batchMs, (this.#restUntil - clock.monotonic()) / MICROS_PER_MS);
    if (restMs > 0) this.#startTimer(false, restMs);
    else this.#timer = { soon: true, cancel: clock.soon(() => this.#onTimer()) };
  }

  #startTimer(soon: boolean, delayMs: number): void {
    this.#timer = { soon, cancel: this.#options.clock.after(delayMs, () => this.#onTimer()) };
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (!this.#writeBatch()) this.#startTimer(true, this.#options.retryMs);
    else if (!this.#waiting.isEmpty) this.#schedule(true);
  }

  /** False if the disk refused; everything is kept then. */
  #writeBatch(): boolean {
    const entries = this.#waiting.head(this.#options.batchEvents);
    if (entries.length === 0) return true;
    try {
      this.#write(entries, () => this.#waiting.drop(entries.length));
      return true;
    } catch (error) {
      if (error instanceof ChangeFailed && !mayPass(error.cause)) {
        this.#refuse(error);
        return true;
      }
      this.#onFailure(error);
      return false;
    }
  }

  /** Throws if the entries cannot be written. */
  #write(entries: readonly NewEntry[], written?: () => void): void {
    const { clock, observer } = this.#options;
    const started = clock.monotonic();
    const rows = this.#handlers.append(entries);
    const micros = clock.monotonic() - started;
    written?.();
    this.#onSuccess();
    this.#handlers.onBatch(rows);
    observer.onWritten?.(rows.length, micros);
    // Whoever is told of a batch works on it now, which costs as much as writing it.
    const ended = clock.monotonic();
    this.#restUntil = (ended + (ended - started) * (1 / SHARE - 1)) as MonotonicTime;
  }

  /** One change that can never be made must not keep all events after it from the disk. */
  #refuse({ entry, cause }: ChangeFailed): void {
    this.#refusal = messageOf(cause);
    const types = entry.rows.map(({ type }) => type);
    this.#options.log.error(
      { err: cause, types },
      'a change of the database cannot be made and is lost with its events',
    );
    this.#refused.add(entry);
    this.#waiting.discard(entry);
    this.#countLost(entry);
    this.#schedule(true);
  }

  #countLost({ rows }: NewEntry): void {
    for (let n = 0; n < rows.length; n++) this.#options.observer.onLost?.();
  }

  #onFailure(error: unknown): void {
    const failure = `${systemCode(error) ?? 'error'}: ${messageOf(error)}`;
    if (failure !== this.#failure) {
      this.#options.log.error({ failure, waiting: this.#waiting.length }, 'events cannot be written');
    }
    this.#failure = failure;
  }

  #onSuccess(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) {
      this.#options.log.warn({ waiting: this.#waiting.length }, 'events are written again');
    }
    // After everything that waited, which is where the loss happened.
    const loss = this.#waiting.isEmpty ? this.#waiting.takeLoss() : undefined;
    if (!loss) return;
    const reason = failure ?? this.#refusal ?? 'queueFull';
    this.#refusal = undefined;
    this.add(this.#handlers.lossReport(loss, reason));
  }
}

/** What SQLite says of a statement that is wrong, whatever the state of the disk. */
const WRONG_STATEMENT = /^SQLITE_(CONSTRAINT|ERROR|MISMATCH|MISUSE|RANGE|TOOBIG)/;

/** Whether trying again later can help. */
const mayPass = (error: unknown): boolean => {
  const code = systemCode(error) ?? '';
  return code.startsWith('SQLITE_') && !WRONG_STATEMENT.test(code);
};

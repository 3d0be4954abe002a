import type { CancelTimer, Clock } from '../core/clock.js';
import { messageOf, systemCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { EventRow, NewRow } from './event-store.js';
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
  /** Writes all rows in one transaction, or throws and writes none. */
  append(rows: readonly NewRow[]): EventRow[];
  /** A batch is on the disk. */
  onBatch(written: readonly EventRow[]): void;
  /** The event that tells of events that could not be kept. */
  lossReport(loss: Loss, reason: string): NewRow;
}

/** Collects events into batches and writes them. While the disk refuses, it keeps them in memory and tries again. */
export class JournalWriter {
  readonly #options: JournalWriterOptions;
  readonly #handlers: JournalWriterHandlers;
  readonly #waiting: WaitingEvents;
  #timer: { cancel: CancelTimer; soon: boolean } | undefined;
  #failure: string | undefined;
  #closed = false;

  constructor(options: JournalWriterOptions, handlers: JournalWriterHandlers) {
    this.#options = options;
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
    if (!this.#waiting.push(row)) this.#options.observer.onLost?.();
    // While the disk fails, the retry timer decides.
    if (this.#failure === undefined) this.#schedule(this.#waiting.length >= this.#options.batchEvents);
  }

  /** Writes what waits. False if that is not possible now, or no more. */
  flush(): boolean {
    while (this.#waiting.length > 0) if (this.#closed || !this.#writeBatch()) return false;
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
    this.#startTimer(soon, soon ? 0 : this.#options.batchMs);
  }

  #startTimer(soon: boolean, delayMs: number): void {
    this.#timer = { soon, cancel: this.#options.clock.after(delayMs, () => this.#onTimer()) };
  }

  #onTimer(): void {
    this.#timer = undefined;
    if (!this.#writeBatch()) this.#startTimer(true, this.#options.retryMs);
    else if (this.#waiting.length > 0) this.#schedule(true);
  }

  /** False if the disk refused; everything is kept then. */
  #writeBatch(): boolean {
    const { clock, observer, batchEvents } = this.#options;
    const rows = this.#waiting.head(batchEvents);
    if (rows.length === 0) return true;
    const started = clock.monotonic();
    let written: EventRow[];
    try {
      written = this.#handlers.append(rows);
    } catch (error) {
      this.#onFailure(error);
      return false;
    }
    const micros = clock.monotonic() - started;
    this.#waiting.drop(rows.length);
    this.#onSuccess();
    this.#handlers.onBatch(written);
    observer.onWritten?.(rows.length, micros);
    return true;
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
    const loss = this.#waiting.length === 0 ? this.#waiting.takeLoss() : undefined;
    if (loss) this.add(this.#handlers.lossReport(loss, failure ?? 'queueFull'));
  }
}

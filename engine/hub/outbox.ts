import type { CancelTimer, Clock } from '../core/clock.js';
import type { EventFeed, StoredEvent } from '../events/types.js';

/**
 * What became of a message. After `retry` the connection begins anew, and everything from this message on is sent
 * again.
 */
export type Outcome = 'acknowledged' | 'refused' | 'retry';

/** `skipped`: the event is not published; `later`: not before everything in flight is settled. */
export type Sending = 'sent' | 'skipped' | 'later';

interface OutboxHandlers {
  /** How many messages may be sent now. */
  credit(): number;
  /** Sends the event, or says why not. `done` is called later, or never if the connection ends first. */
  send(event: StoredEvent, repeat: boolean, done: (outcome: Outcome) => void): Sending;
  /** Events that retention removed before they could be sent. */
  onLost(from: number, to: number): void;
  /** A message must be sent again: the connection should be closed and reopened after a pause. */
  onRetry(): void;
  /** The journal could not be read, or the position not stored; both are retried. */
  onJournalError(error: unknown, what: 'read' | 'cursor'): void;
}

interface Entry {
  /** Seq up to which everything is settled once this message is. */
  upTo: number;
  settled: boolean;
}

const READ_AT_ONCE = 100;
const READ_AGAIN_MS = 1000;
const SAVE_AFTER_MS = 100;
/** Events read before other work gets its turn: most events of a long journal may not be for this peer. */
const TAKE_AT_ONCE = 1000;

/**
 * Sends the events of the journal to a peer: in order, each at least once, with a durable position that advances only
 * over an unbroken run of confirmed events. After an interruption it continues from that position, so what was in
 * flight is sent again.
 */
export class Outbox {
  readonly #journal: EventFeed;
  readonly #consumer: string;
  readonly #clock: Clock;
  readonly #handlers: OutboxHandlers;
  #confirmed: number;
  #saved: number;
  #read: number;
  #highest: number;
  #reportedLost = 0;
  #waiting: StoredEvent[] = [];
  #flight: Entry[] = [];
  /** Counts connections, so that callbacks of an earlier one can be ignored. */
  #generation = 0;
  #running = false;
  #filling = false;
  #saveTimer: CancelTimer | undefined;
  #fillTimer: CancelTimer | undefined;
  #onEmpty: (() => void) | undefined;

  constructor(journal: EventFeed, consumer: string, clock: Clock, handlers: OutboxHandlers) {
    this.#journal = journal;
    this.#consumer = consumer;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#confirmed = journal.cursor(consumer);
    this.#saved = this.#confirmed;
    this.#read = this.#confirmed;
    this.#highest = this.#confirmed;
  }

  /** Seq up to which everything is confirmed. */
  get cursor(): number {
    return this.#confirmed;
  }

  get inFlight(): number {
    return this.#flight.reduce((count, entry) => (entry.settled ? count : count + 1), 0);
  }

  /** The peer is connected. */
  start(): void {
    this.#running = true;
    this.fill();
  }

  /** Sets the position for a new peer. */
  begin(seq: number): void {
    this.#confirmed = seq;
    this.#read = seq;
    this.#highest = seq;
    this.save();
  }

  /** Stops sending, and waits up to `timeoutMs` for what is in flight. */
  settle(timeoutMs: number): Promise<void> {
    this.#running = false;
    this.#fillTimer?.();
    if (this.#flight.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, resolve);
      this.#onEmpty = () => {
        cancel();
        resolve();
      };
    });
  }

  /** The peer is disconnected; what was in flight will be sent again. */
  pause(): void {
    this.#running = false;
    this.#fillTimer?.();
    this.#generation++;
    this.#flight = [];
    this.#onEmpty?.();
    this.#onEmpty = undefined;
    this.#waiting = [];
    this.#read = this.#confirmed;
    this.save();
  }

  /** Sends as many events as there are and the peer has room for. */
  fill(): void {
    // An acknowledgement may call this during `send`; the loop below sees the new credit anyway.
    if (!this.#running || this.#filling) return;
    this.#filling = true;
    this.#fillTimer?.();
    this.#fillTimer = undefined;
    let taken = 0;
    try {
      while (this.#running && this.#handlers.credit() > 0) {
        if (++taken > TAKE_AT_ONCE) {
          this.#fillTimer = this.#clock.after(0, () => this.fill());
          break;
        }
        const event = this.#next();
        if (!event || !this.#take(event)) break;
      }
    } finally {
      this.#filling = false;
    }
  }

  /** Stores the position if it has advanced. Happens by itself every 100 ms while it advances. */
  save(): void {
    this.#saveTimer?.();
    this.#saveTimer = undefined;
    if (this.#saved === this.#confirmed) return;
    try {
      this.#journal.saveCursor(this.#consumer, this.#confirmed);
      this.#saved = this.#confirmed;
    } catch (thrown) {
      this.#handlers.onJournalError(thrown, 'cursor');
      if (this.#running) this.#saveLater();
    }
  }

  #next(): StoredEvent | undefined {
    if (this.#waiting.length === 0) {
      try {
        this.#waiting = this.#journal.read(this.#read, READ_AT_ONCE);
      } catch (thrown) {
        this.#handlers.onJournalError(thrown, 'read');
        this.#fillTimer = this.#clock.after(READ_AGAIN_MS, () => this.fill());
      }
    }
    return this.#waiting.shift();
  }

  #take(event: StoredEvent): boolean {
    const { seq } = event.record;
    const before = this.#read;
    if (seq > this.#read + 1 && seq > this.#reportedLost) {
      this.#reportedLost = seq;
      this.#handlers.onLost(this.#read + 1, seq - 1);
    }
    this.#read = seq;
    const generation = this.#generation;
    const entry: Entry = { upTo: seq, settled: false };
    const repeat = seq <= this.#highest;
    const sending = this.#handlers.send(event, repeat, (outcome) => {
      if (generation !== this.#generation) return;
      if (outcome === 'retry') {
        this.#handlers.onRetry();
        return;
      }
      entry.settled = true;
      this.#advance();
      this.fill();
    });
    if (generation !== this.#generation) return false;
    if (sending === 'later') {
      this.#waiting.unshift(event);
      this.#read = before;
      return false;
    }
    if (sending === 'sent') {
      this.#highest = Math.max(this.#highest, seq);
      this.#flight.push(entry);
      // It may have been settled before it was queued.
      this.#advance();
      return true;
    }
    const last = this.#flight.at(-1);
    if (last) last.upTo = seq;
    else this.#confirm(seq);
    return true;
  }

  #advance(): void {
    let settled = 0;
    while (this.#flight[settled]?.settled) settled++;
    if (settled === 0) return;
    const upTo = this.#flight[settled - 1]!.upTo;
    this.#flight.splice(0, settled);
    this.#confirm(upTo);
    if (this.#flight.length === 0) {
      this.#onEmpty?.();
      this.#onEmpty = undefined;
    }
  }

  #confirm(seq: number): void {
    this.#confirmed = seq;
    if (!this.#saveTimer) this.#saveLater();
  }

  #saveLater(): void {
    this.#saveTimer = this.#clock.after(SAVE_AFTER_MS, () => this.save());
  }
}

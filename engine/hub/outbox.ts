import type { CancelTimer, Clock } from '../core/clock.js';
import type { EventFeed, StoredEvent } from '../events/types.js';

/** What happened to a message. `retry` keeps the order: nothing behind it counts until it went through. */
export type Outcome = 'acknowledged' | 'refused' | 'retry';

/** `skipped`: it is not published; `later`: not before what is in flight is settled. */
export type Sending = 'sent' | 'skipped' | 'later';

interface OutboxHandlers {
  /** How many messages may be sent now. */
  credit(): number;
  /** Sends the event, or says why not. `done` comes later, or never if the connection ends before. */
  send(event: StoredEvent, repeat: boolean, done: (outcome: Outcome) => void): Sending;
  /** Events that retention took before they could be sent. */
  onLost(from: number, to: number): void;
  /** The broker wants a message again; the connection should be begun anew, after a pause. */
  onRetry(): void;
  /** The log could not be read or the position not stored; it is tried again. */
  onJournalError(error: unknown, what: 'read' | 'cursor'): void;
}

interface Entry {
  /** Everything up to this seq is settled once this one is. */
  upTo: number;
  settled: boolean;
}

const READ_AT_ONCE = 100;
const READ_AGAIN_MS = 1000;
const SAVE_AFTER_MS = 100;
/** After so many the event loop has its turn: most events of a long log may not be for this peer. */
const TAKE_AT_ONCE = 1000;

/**
 * Brings the events of the log to a peer: in order, each at least once, with a durable position that moves only over
 * what the peer has confirmed without a hole. After an interruption it goes on from that position, so what was in
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
  /** Callbacks of an earlier connection mean nothing. */
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

  /** Everything up to it is confirmed. */
  get cursor(): number {
    return this.#confirmed;
  }

  get inFlight(): number {
    return this.#flight.reduce((count, entry) => (entry.settled ? count : count + 1), 0);
  }

  /** The peer is there. */
  start(): void {
    this.#running = true;
    this.fill();
  }

  /** Where to begin, for a peer that is new. */
  begin(seq: number): void {
    this.#confirmed = seq;
    this.#read = seq;
    this.#highest = seq;
    this.save();
  }

  /** Sends nothing more, and waits for what is in flight, but not for ever. */
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

  /** The peer is gone; what was in flight will be sent again. */
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

  /** Sends what there is and the peer has room for. */
  fill(): void {
    // An acknowledgement may come while sending; the loop below sees its credit anyway.
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

  /** Stores the position if it moved. Called on its own every 100 ms while it does. */
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
      // It may have been settled before it was in the queue.
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

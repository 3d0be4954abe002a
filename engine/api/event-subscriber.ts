import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../core/clock.js';
import type { Micros, MonotonicTime } from '../core/time.js';
import { matches } from '../events/filter.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventFilter, EventJournal } from '../events/types.js';
import { textFrame } from './frames.js';

interface SubscriberOptions {
  socket: WebSocket;
  stream: Duplex;
  filter: EventFilter;
  journal: EventJournal;
  clock: Clock;
  since: number;
  maxBufferedBytes: number;
  /** Called when the connection was full and has drained. */
  onReady(): void;
}

/** Events that are read from the journal at once. */
const CHUNK_EVENTS = 256;
/** How long a peer may take to answer a close before it is disconnected. */
const CLOSE_MS = 3000;

/** One socket and its position in the journal. */
export class EventSubscriber {
  readonly filter: EventFilter;
  eventsSent = 0;
  bytesSent = 0;
  readonly #socket: WebSocket;
  readonly #stream: Duplex & { bytesWritten?: number };
  readonly #reader: JournalReader;
  readonly #clock: Clock;
  readonly #maxBuffered: number;
  readonly #onReady: () => void;
  #waitsForDrain = false;
  #alive = true;
  /** Bytes that the peer had taken at the last check, and when that number last changed. */
  #taken = 0;
  #takenAt: MonotonicTime;

  constructor(options: SubscriberOptions) {
    this.filter = options.filter;
    this.#socket = options.socket;
    this.#stream = options.stream;
    this.#reader = new JournalReader(options.journal, options.since);
    // Below its own high-water mark the stream emits no 'drain'.
    this.#maxBuffered = Math.max(options.maxBufferedBytes, options.stream.writableHighWaterMark);
    this.#clock = options.clock;
    this.#takenAt = options.clock.monotonic();
    this.#onReady = options.onReady;
    this.#socket.on('pong', () => {
      this.#alive = true;
    });
    this.#socket.on('message', () => {
      this.#alive = true;
    });
  }

  get cursor(): number {
    return this.#reader.cursor;
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** More than the limit is waiting in the connection. */
  get full(): boolean {
    return this.#stream.writableLength > this.#maxBuffered;
  }

  /**
   * Sends the next batch, whose frames are prepared; undefined if no event in it passes the filter. False if the
   * connection is full: the batch was not sent, and the subscriber continues from the journal when it has drained.
   */
  show(lastSeq: number, bytes: Buffer | undefined, events: number): boolean {
    if (!this.open) return false;
    if (this.full) {
      this.#waitForDrain();
      return false;
    }
    this.#reader.skipTo(lastSeq);
    if (bytes) this.#write(bytes, events);
    return true;
  }

  /** Sends one chunk from the journal. */
  read(): 'more' | 'upToDate' | 'waiting' | 'closed' {
    if (!this.open) return 'closed';
    if (this.full) {
      this.#waitForDrain();
      return 'waiting';
    }
    const chunk = this.#reader.next(CHUNK_EVENTS);
    if (chunk.kind === 'end') return 'upToDate';
    if (chunk.kind === 'gap') {
      this.#write(textFrame(JSON.stringify(chunk.gap)), 0);
      return 'more';
    }
    const frames = chunk.events.filter((event) => matches(this.filter, event)).map((event) => textFrame(event.wire));
    if (frames.length > 0) this.#write(Buffer.concat(frames), frames.length);
    return 'more';
  }

  /** How long the peer has taken nothing although something is waiting for it. */
  stuckFor(): Micros {
    const now = this.#clock.monotonic();
    const taken = (this.#stream.bytesWritten ?? 0) - this.#stream.writableLength;
    if (taken !== this.#taken || this.#stream.writableLength === 0) {
      this.#taken = taken;
      this.#takenAt = now;
      return 0;
    }
    this.#alive = true; // a ping could not get through; being stuck has its own limit
    return now - this.#takenAt;
  }

  ping(): void {
    if (!this.open) return;
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
  }

  end(code: number, reason: string): void {
    if (this.open) this.#socket.close(code, reason);
    const cancel = this.#clock.after(CLOSE_MS, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  #write(bytes: Buffer, events: number): void {
    this.#stream.write(bytes);
    this.eventsSent += events;
    this.bytesSent += bytes.length;
  }

  #waitForDrain(): void {
    if (this.#waitsForDrain) return;
    this.#waitsForDrain = true;
    this.#stream.once('drain', () => {
      this.#waitsForDrain = false;
      this.#onReady();
    });
  }
}

import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../core/clock.js';
import { type Micros, type MonotonicTime, millis } from '../core/time.js';
import { matches } from '../events/filter.js';
import { JournalReader } from '../events/journal-reader.js';
import type { EventFilter, EventJournal, WireEvent } from '../events/types.js';
import { pingFrame, textFrame } from './frames.js';

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
/** Bytes from one chunk of these, about: they are memory until the connection has taken them. */
const CHUNK_BYTES = 256 * 1024;
/**
 * Bytes from one mark to the next. Marks show how far the peer has read, which the connection does not: it takes
 * megabytes that nobody has read. In a quick stream there are few of them, as each is answered.
 */
const MARK_BYTES = 16 * 1024;
const MOST_UNMARKED_BYTES = 128 * 1024;
const MARK_EVERY: Micros = millis(250);
/** A peer that has not answered for this long is slow, so that the way to its next mark must be short. */
const SLOW_AFTER: Micros = millis(1000);
/** How long a peer may take to answer a close before it is disconnected. */
const CLOSE_MS = 3000;

/** Frames of some events. A batch consists of several if it is large, so that marks can be set in between. */
interface Piece {
  bytes: Buffer;
  events: number;
}

/** Puts frames together, in order. Fewer pieces are fewer calls to the kernel, so only a slow reader needs small ones. */
export const piecesOf = (frames: readonly Buffer[], pieceBytes = MOST_UNMARKED_BYTES): Piece[] => {
  const pieces: Piece[] = [];
  let first = 0;
  let bytes = 0;
  for (const [index, frame] of frames.entries()) {
    bytes += frame.length;
    if (bytes < pieceBytes && index < frames.length - 1) continue;
    const some = frames.slice(first, index + 1);
    pieces.push({ bytes: some.length > 1 ? Buffer.concat(some, bytes) : frame, events: some.length });
    first = index + 1;
    bytes = 0;
  }
  return pieces;
};

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
  /** Bytes that the connection had taken at the last check. */
  #taken = 0;
  /** When the peer last showed that it reads, or had nothing to read. */
  #signAt: MonotonicTime;
  /** `bytesSent` at the last mark, and when that was; and at the last mark that the peer has answered. */
  #marked = 0;
  #markedAt: MonotonicTime;
  #read = 0;

  constructor(options: SubscriberOptions) {
    this.filter = options.filter;
    this.#socket = options.socket;
    this.#stream = options.stream;
    this.#reader = new JournalReader(options.journal, options.since);
    // Below its own high-water mark the stream emits no 'drain'.
    this.#maxBuffered = Math.max(options.maxBufferedBytes, options.stream.writableHighWaterMark);
    this.#clock = options.clock;
    this.#signAt = options.clock.monotonic();
    this.#markedAt = this.#signAt;
    this.#onReady = options.onReady;
    this.#socket.on('pong', (mark: Buffer | undefined) => {
      const read = Number(mark?.toString());
      if (Number.isSafeInteger(read) && read <= this.#marked) this.#read = Math.max(this.#read, read);
      this.#sign();
    });
    this.#socket.on('message', () => this.#sign());
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
   * Sends the next batch, whose frames are prepared: none if no event in it passes the filter. False if the connection is
   * full: the batch was not sent, and the subscriber continues from the journal when it has drained.
   */
  show(lastSeq: number, pieces: readonly Piece[]): boolean {
    if (!this.open) return false;
    if (this.full) {
      this.#waitForDrain();
      return false;
    }
    this.#reader.skipTo(lastSeq);
    for (const { bytes, events } of pieces) this.#write(bytes, events);
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
    this.#writeSome(chunk.events);
    return 'more';
  }

  /** How long the peer has not read although there is something to read. To be called about once a second. */
  stuckFor(): Micros {
    const now = this.#clock.monotonic();
    const taken = (this.#stream.bytesWritten ?? 0) - this.#stream.writableLength;
    if (taken !== this.#taken || !this.#hasUnread) {
      this.#taken = taken;
      this.#signAt = now;
      return 0;
    }
    return now - this.#signAt;
  }

  ping(): void {
    if (!this.open) return;
    // While there is something to read, an answer takes as long as that; being stuck has its own limit.
    if (!this.#alive && !this.#hasUnread) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#noteMark();
    this.#socket.ping(String(this.#marked));
  }

  end(code: number, reason: string): void {
    if (this.open) this.#socket.close(code, reason);
    const cancel = this.#clock.after(CLOSE_MS, () => this.#socket.terminate());
    this.#socket.once('close', cancel);
  }

  /** Something waits in this process, or has not been read up to the last mark. */
  get #hasUnread(): boolean {
    return this.#stream.writableLength > 0 || this.#read < this.#marked;
  }

  get #slow(): boolean {
    return this.#hasUnread && this.#clock.monotonic() - this.#signAt >= SLOW_AFTER;
  }

  #sign(): void {
    this.#alive = true;
    this.#signAt = this.#clock.monotonic();
  }

  /** Writes the first of the events, as many as make a chunk, and sets the position after them. */
  #writeSome(events: readonly WireEvent[]): void {
    const frames: Buffer[] = [];
    let bytes = 0;
    for (const event of events) {
      this.#reader.skipTo(event.seq);
      if (!matches(this.filter, event)) continue;
      const frame = textFrame(event.wire);
      frames.push(frame);
      bytes += frame.length;
      if (bytes >= CHUNK_BYTES) break;
    }
    for (const piece of piecesOf(frames, this.#slow ? MARK_BYTES : MOST_UNMARKED_BYTES))
      this.#write(piece.bytes, piece.events);
  }

  #write(bytes: Buffer, events: number): void {
    this.#stream.write(bytes);
    this.eventsSent += events;
    this.bytesSent += bytes.length;
    const unmarked = this.bytesSent - this.#marked;
    if (unmarked < MARK_BYTES) return;
    const quick = this.#clock.monotonic() - this.#markedAt < MARK_EVERY && !this.#slow;
    if (quick && unmarked < MOST_UNMARKED_BYTES) return;
    this.#noteMark();
    this.#stream.write(pingFrame(String(this.#marked)));
  }

  #noteMark(): void {
    this.#marked = this.bytesSent;
    this.#markedAt = this.#clock.monotonic();
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

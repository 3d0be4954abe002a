import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { Clock } from '../core/clock.js';
import { type Micros, type MonotonicTime, millis } from '../core/time.js';
import type { EventForm } from './event-forms.js';
import type { EventPeer } from './event-peer.js';
import { pingFrame } from './frames.js';
import { ReadingWatch } from './reading-watch.js';

interface SocketPeerOptions {
  socket: WebSocket;
  /**
   * The connection under `socket`, to which prepared frames are written directly. The socket must not use extensions,
   * which could split or compress frames.
   */
  stream: Duplex;
  form: EventForm;
  clock: Clock;
  maxBufferedBytes: number;
}

/**
 * Bytes from one mark to the next. Marks show how far the peer has read, which the connection does not: it takes
 * megabytes that nobody has read. In a quick stream there are few of them, as each is answered.
 */
const MARK_BYTES = 16 * 1024;
const MOST_UNMARKED_BYTES = 32 * 1024;
const MARK_EVERY: Micros = millis(250);
/** A peer that has not answered for this long is slow, so that the way to its next mark must be short. */
const SLOW_AFTER: Micros = millis(1000);

/** A WebSocket. */
export class SocketPeer implements EventPeer {
  readonly kind = 'socket';
  readonly form: EventForm;
  readonly connection: EventPeer['connection'];
  readonly #socket: WebSocket;
  readonly #stream: Duplex & { bytesWritten?: number };
  readonly #clock: Clock;
  readonly #maxBuffered: number;
  readonly #watch: ReadingWatch;
  #alive = true;
  #sent = 0;
  /** Bytes of pings, which show nothing: a peer's system takes them although nobody reads. */
  #pings = 0;
  /** `#sent` at the last mark, and when that was; and at the last mark that the peer has answered. */
  #marked = 0;
  #markedAt: MonotonicTime;
  #read = 0;

  constructor(options: SocketPeerOptions) {
    this.form = options.form;
    this.connection = options.stream as EventPeer['connection'];
    this.#socket = options.socket;
    this.#stream = options.stream;
    this.#clock = options.clock;
    // Below its own high-water mark the stream emits no 'drain'.
    this.#maxBuffered = Math.max(options.maxBufferedBytes, options.stream.writableHighWaterMark);
    this.#watch = new ReadingWatch(options.clock);
    this.#markedAt = options.clock.monotonic();
  }

  begin(): void {
    this.#socket.on('pong', (mark: Buffer | undefined) => {
      const read = Number(mark?.toString());
      if (Number.isSafeInteger(read) && read <= this.#marked) this.#read = Math.max(this.#read, read);
      this.#sign();
    });
    this.#socket.on('message', () => this.#sign());
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get full(): boolean {
    return this.#stream.writableLength > this.#maxBuffered;
  }

  get pieceBytes(): number {
    return this.#slow ? MARK_BYTES : MOST_UNMARKED_BYTES;
  }

  write(bytes: Buffer): void {
    this.#stream.write(bytes);
    this.#sent += bytes.length;
    const unmarked = this.#sent - this.#marked;
    if (unmarked < MARK_BYTES) return;
    const quick = this.#clock.monotonic() - this.#markedAt < MARK_EVERY && !this.#slow;
    if (quick && unmarked < MOST_UNMARKED_BYTES) return;
    this.#noteMark();
    this.#stream.write(this.#ping());
  }

  onceDrained(listener: () => void): void {
    this.#stream.once('drain', listener);
  }

  onceClosed(listener: () => void): void {
    this.#socket.once('close', listener);
  }

  stuckFor(): Micros {
    const progress = (this.#stream.bytesWritten ?? 0) - this.#stream.writableLength - this.#pings;
    return this.#watch.stuckFor({ progress, unread: this.#hasUnread });
  }

  queueIs(bytes: number): void {
    this.#watch.queueIs(bytes);
  }

  beat(): void {
    if (!this.open) return;
    // While there is something to read, an answer takes as long as that; being stuck has its own limit.
    if (!this.#alive && !this.#hasUnread) {
      this.terminate();
      return;
    }
    this.#alive = false;
    this.#noteMark();
    this.#stream.write(this.#ping());
  }

  close(code: number, reason: string): void {
    if (this.open) this.#socket.close(code, reason);
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Something waits in this process, or has not been read up to the last mark, or the peer has not said goodbye. */
  get #hasUnread(): boolean {
    return this.#stream.writableLength > 0 || this.#read < this.#marked || !this.open;
  }

  get #slow(): boolean {
    return this.#hasUnread && this.#watch.silentFor >= SLOW_AFTER;
  }

  #sign(): void {
    this.#alive = true;
    this.#watch.sign();
  }

  #ping(): Buffer {
    const frame = pingFrame(String(this.#marked));
    this.#pings += frame.length;
    return frame;
  }

  #noteMark(): void {
    this.#marked = this.#sent;
    this.#markedAt = this.#clock.monotonic();
  }
}

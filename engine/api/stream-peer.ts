import type { ServerResponse } from 'node:http';
import type { Clock } from '../core/clock.js';
import type { Micros } from '../core/time.js';
import { serverSent, serverSentBeat, serverSentEnd, serverSentStart } from './event-forms.js';
import type { EventPeer } from './event-peer.js';
import { ReadingWatch } from './reading-watch.js';

interface StreamPeerOptions {
  response: ServerResponse;
  clock: Clock;
  maxBufferedBytes: number;
}

/** After a break, browsers wait this long before they connect again. */
const RETRY_MS = 2000;
const PIECE_BYTES = 64 * 1024;

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  // nginx holds back what comes in small pieces unless it is told not to.
  'x-accel-buffering': 'no',
} as const;

/** The response to a request for server-sent events. */
export class StreamPeer implements EventPeer {
  readonly kind = 'stream';
  readonly form = serverSent;
  readonly #response: ServerResponse;
  readonly #maxBuffered: number;
  readonly #watch: ReadingWatch;

  constructor({ response, clock, maxBufferedBytes }: StreamPeerOptions) {
    this.#response = response;
    // Below its own high-water mark the response emits no 'drain'.
    this.#maxBuffered = Math.max(maxBufferedBytes, response.writableHighWaterMark);
    this.#watch = new ReadingWatch(clock);
  }

  begin(cursor: number): void {
    // Whoever hangs up while something is written; 'close' follows.
    this.#response.on('error', () => this.terminate());
    this.#response.writeHead(200, HEADERS);
    this.#response.write(serverSentStart(cursor, RETRY_MS));
  }

  get connection(): EventPeer['connection'] {
    return this.#response.socket ?? {};
  }

  get open(): boolean {
    return !this.#response.writableEnded && !this.#response.destroyed;
  }

  get full(): boolean {
    return this.#response.writableLength > this.#maxBuffered;
  }

  get pieceBytes(): number {
    return PIECE_BYTES;
  }

  write(bytes: Buffer): void {
    this.#response.write(bytes);
  }

  onceDrained(listener: () => void): void {
    this.#response.once('drain', listener);
  }

  onceClosed(listener: () => void): void {
    this.#response.once('close', listener);
  }

  stuckFor(): Micros {
    const { socket, writableLength } = this.#response;
    const progress = (socket?.bytesWritten ?? 0) - (socket?.writableLength ?? 0);
    return this.#watch.stuckFor({ progress, unread: writableLength > 0 || !this.open });
  }

  queueIs(bytes: number): void {
    this.#watch.queueIs(bytes);
  }

  beat(cursor: number): void {
    // What waits is a sign of life as well, once there is room for it.
    if (this.open && this.#response.writableLength === 0) this.#response.write(serverSentBeat(cursor));
  }

  close(code: number, reason: string): void {
    if (this.open) this.#response.end(serverSentEnd(code, reason));
  }

  terminate(): void {
    this.#response.destroy();
  }
}

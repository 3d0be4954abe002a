import { WebSocket } from 'ws';
import type { EventRecord, GapRecord } from '../../../engine/events/types.js';
import type { History } from '../history.js';

const RETRY_MS = 200;

/** Reads the log over a WebSocket from its beginning, reconnects with `since`, and complains of every number out of turn. */
export class Follower {
  readonly events: EventRecord[] = [];
  readonly #base: string;
  readonly #history: History;
  #socket: WebSocket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  #held = false;

  constructor(base: string, history: History) {
    this.#base = base.replace(/^http/, 'ws');
    this.#history = history;
  }

  get last(): number {
    return this.events.at(-1)?.seq ?? 0;
  }

  get connected(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  connect(): void {
    this.#held = false;
    if (this.#stopped) return;
    const socket = new WebSocket(`${this.#base}/events?since=${this.last}`);
    this.#socket = socket;
    socket.on('message', (data) => this.#take(JSON.parse(String(data)) as EventRecord | GapRecord));
    socket.on('error', () => {});
    socket.on('close', () => {
      if (this.#socket !== socket || this.#stopped || this.#held) return;
      this.#timer = setTimeout(() => this.connect(), RETRY_MS);
    });
  }

  /** Breaks the connection and stays away until `connect`. */
  hold(): void {
    this.#held = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.terminate();
  }

  #take(item: EventRecord | GapRecord): void {
    if ('gap' in item) {
      const { from, to, reason } = item.gap;
      this.#history.violation('reader.gap', `the WebSocket says that ${from} to ${to} are lost: ${reason}`);
      return;
    }
    if (item.seq !== this.last + 1)
      this.#history.violation('reader.turn', `the WebSocket gives event ${item.seq} after ${this.last}`);
    this.events.push(item);
  }
}

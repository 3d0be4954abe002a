import type { EventRecord } from '../api/events.js';
import { socketUrl } from '../api/http.js';
import { Store } from '../core/store.js';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** The engine's events as they come, over one socket for the whole page. After a pause it goes on where it was. */
export class EventFeed {
  readonly connected = new Store(false);
  readonly #listeners = new Set<(event: EventRecord) => void>();
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #lastSeq: number | undefined;
  #running = false;

  subscribe(listener: (event: EventRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.connected.set(false);
  }

  #connect(): void {
    const socket = new WebSocket(socketUrl('/events', { since: this.#lastSeq }));
    this.#socket = socket;
    socket.onopen = () => {
      this.#pauseMs = FIRST_PAUSE_MS;
      this.connected.set(true);
    };
    socket.onmessage = ({ data }) => this.#message(String(data));
    socket.onclose = () => {
      this.connected.set(false);
      if (!this.#running || socket !== this.#socket) return;
      this.#timer = setTimeout(() => this.#connect(), this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    };
  }

  #message(text: string): void {
    const message = JSON.parse(text) as Partial<EventRecord> & { gap?: { to: number } };
    // A gap has no event of its own: views ask for what they show again and again anyway.
    if (message.gap) this.#lastSeq = message.gap.to;
    if (message.seq === undefined) return;
    this.#lastSeq = message.seq;
    for (const listener of [...this.#listeners]) listener(message as EventRecord);
  }
}

import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { EventRecord, GapRecord } from '../../engine/events/types.js';

/** A subscriber that keeps all it gets. */
export class EventClient {
  readonly items: Array<EventRecord | GapRecord> = [];
  readonly socket: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  #waiters: Array<() => void> = [];

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      this.items.push(JSON.parse(String(data)));
      for (const waiter of this.#waiters) waiter();
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: String(reason) }));
    });
  }

  static async open(
    serverUrl: string,
    query = '',
    headers: Record<string, string> = {},
    protocols: string[] = [],
  ): Promise<EventClient> {
    const socket = new WebSocket(`${serverUrl.replace(/^http/, 'ws')}/events${query}`, protocols, { headers });
    const client = new EventClient(socket);
    onTestFinished(() => socket.terminate());
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return client;
  }

  get seqs(): number[] {
    return this.items.flatMap((item) => ('seq' in item ? [item.seq] : []));
  }

  /** Waits until so many messages have come. */
  async count(n: number): Promise<void> {
    await this.until(() => this.items.length >= n);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#waiters.push(resolve);
      });
    }
  }
}

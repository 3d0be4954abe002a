import { type IncomingMessage, request } from 'node:http';
import { onTestFinished } from 'vitest';
import { until } from './until.js';

/** What a line or several of server-sent events say. */
export interface SentEvent {
  id?: string;
  event?: string;
  data?: string;
}

/** A reader of server-sent events that keeps all it gets. */
export class StreamClient {
  readonly response: IncomingMessage;
  /** Those with data, as browsers dispatch them. */
  readonly events: SentEvent[] = [];
  /** What a browser would send as Last-Event-ID. */
  lastId: string | undefined;
  beats = 0;
  retry: string | undefined;
  ended: 'no' | 'whole' | 'broken' = 'no';
  #text = '';

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#take(text));
    response.on('end', () => {
      this.ended = 'whole';
    });
    response.on('error', () => {
      if (this.ended === 'no') this.ended = 'broken';
    });
  }

  /** Rejects with the status of a refusal. */
  static open(serverUrl: string, query = '', headers: Record<string, string> = {}): Promise<StreamClient> {
    return new Promise((resolve, reject) => {
      const asked = request(`${serverUrl}/events${query}`, { headers: { accept: 'text/event-stream', ...headers } });
      asked.on('response', (response) => {
        if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
        else resolve(new StreamClient(response));
      });
      asked.on('error', reject);
      asked.end();
      onTestFinished(() => void asked.destroy());
    });
  }

  /** Of the events without a name. */
  get seqs(): number[] {
    return this.events.flatMap(({ event, data }) => (event === undefined ? [JSON.parse(data ?? '').seq] : []));
  }

  async count(n: number): Promise<void> {
    await until(`${n} events`, () => this.events.length >= n);
  }

  #take(text: string): void {
    this.#text += text;
    const blocks = this.#text.split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const sent: SentEvent = {};
      for (const line of block.split('\n')) {
        const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
        if (name === '') this.beats += 1;
        else if (name === 'retry') this.retry = value;
        else sent[name as keyof SentEvent] = value;
      }
      this.lastId = sent.id ?? this.lastId;
      if (sent.data !== undefined) this.events.push(sent);
    }
  }
}

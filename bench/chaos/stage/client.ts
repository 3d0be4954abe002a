import type { MessageDelivery } from '../../../engine/nodes/message-inputs.js';
import { type Sample, samplesOf } from '../../common/metric-samples.js';

export interface Answer {
  status: number;
  body: unknown;
}

const PATIENCE_MS = 30_000;
const INPUT_PATIENCE_MS = 5_000;

/** The engine's HTTP interface. Status 0: no answer. */
export class Client {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async request(path: string, body?: unknown, patienceMs = PATIENCE_MS): Promise<Answer> {
    try {
      const response = await fetch(`${this.#base}${path}`, {
        signal: AbortSignal.timeout(patienceMs),
        ...(body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = response.headers.get('content-type')?.includes('json');
      return { status: response.status, body: json && text !== '' ? JSON.parse(text) : text };
    } catch {
      return { status: 0, body: undefined };
    }
  }

  webSocketUrl(path: string): string {
    return `${this.#base.replace(/^http/, 'ws')}${path}`;
  }

  method(name: string, payload: unknown): Promise<Answer> {
    return this.request(`/methods/${name}`, payload);
  }

  /** Undefined if the message was not accepted. */
  async input(name: string, message: unknown, pipeline: string): Promise<MessageDelivery | undefined> {
    const { status, body } = await this.request(`/inputs/${name}?pipeline=${pipeline}`, message, INPUT_PATIENCE_MS);
    return status === 200 ? (body as MessageDelivery) : undefined;
  }

  /** Undefined if it does not answer. */
  async metrics(): Promise<Sample[] | undefined> {
    const { status, body } = await this.request('/metrics');
    return status === 200 ? samplesOf(String(body)) : undefined;
  }
}

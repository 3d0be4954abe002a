import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history.js';
import { slowness } from '../patience.js';
import type { Client } from './client.js';
import type { EngineProcess } from './engine-process.js';

/** An answer of /healthz needs nothing but the event loop. */
const BOUND_MS = 2_000;
const EVERY_MS = 500;

/** Asks again and again whether the engine lives. */
export class Health {
  worstMs = 0;
  asked = 0;
  readonly #client: Client;
  readonly #engine: EngineProcess;
  readonly #history: History;
  #running = true;
  #awaySince: number | undefined;

  constructor(client: Client, engine: EngineProcess, history: History) {
    this.#client = client;
    this.#engine = engine;
    this.#history = history;
  }

  async watch(): Promise<void> {
    for (; this.#running; await sleep(EVERY_MS)) {
      const { expected, pid } = this.#engine;
      if (!expected) {
        this.#awaySince = undefined;
        continue;
      }
      const began = performance.now();
      const { status } = await this.#client.request('/healthz', undefined, Math.round(BOUND_MS * slowness()));
      // It was stopped on purpose meanwhile.
      if (!this.#engine.expected || this.#engine.pid !== pid) continue;
      const tookMs = performance.now() - began;
      this.asked++;
      this.worstMs = Math.max(this.worstMs, tookMs);
      this.#judge(status, Math.round(tookMs), began);
    }
  }

  /** Tells once of each time that it is away, and when that is over. */
  #judge(status: number, tookMs: number, began: number): void {
    if (status === 200) {
      if (this.#awaySince !== undefined)
        this.#history.note(`/healthz answers again after ${Math.round(performance.now() - this.#awaySince)} ms`);
      this.#awaySince = undefined;
    } else if (this.#awaySince === undefined) {
      this.#awaySince = began;
      this.#history.violation('health', `/healthz: ${status || 'no answer'} after ${tookMs} ms`);
    }
  }

  stop(): void {
    this.#running = false;
  }
}

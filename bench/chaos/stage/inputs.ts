import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../random.js';
import type { Client } from './client.js';
import { INPUT } from './documents.js';

/** A message that the engine has taken: it must be recorded, or an event must say why not. */
export interface Trigger {
  pipeline: string;
  /** Id of the event that the answer named. */
  eventId: string;
  /** Wall time in ms at which the answer came. */
  atMs: number;
}

const PAUSE_SECONDS = [3, 16] as const;

/** Sends messages to the pipelines that record on one, all the time. */
export class Inputs {
  readonly accepted: Trigger[] = [];
  readonly #client: Client;
  readonly #pipelines: readonly string[];
  readonly #random: Random;
  #running = true;

  constructor(client: Client, pipelines: readonly string[], seed: number) {
    this.#client = client;
    this.#pipelines = pipelines;
    this.#random = new Random(seed);
  }

  /** False if it was not accepted. */
  async send(pipeline: string, text = ''): Promise<boolean> {
    const delivery = await this.#client.input(INPUT, { n: this.accepted.length, text }, pipeline);
    for (const eventId of delivery?.eventIds ?? []) this.accepted.push({ pipeline, eventId, atMs: Date.now() });
    return delivery !== undefined;
  }

  /** One to every pipeline that records on one. False if one was not accepted. */
  async sendAll(text?: string): Promise<boolean> {
    const accepted = await Promise.all(this.#pipelines.map((pipeline) => this.send(pipeline, text)));
    return accepted.every((yes) => yes);
  }

  async run(): Promise<void> {
    while (this.#running) {
      await sleep(this.#random.between(...PAUSE_SECONDS) * 1000);
      const pipeline = this.#pipelines[Math.floor(this.#random.next() * this.#pipelines.length)]!;
      if (this.#running) await this.send(pipeline);
    }
  }

  stop(): void {
    this.#running = false;
  }
}

import type { ClientHandlers, InferenceClient, Sample } from '../../engine/inference/types.js';

/** A client whose server is the test. */
export class FakeInferenceClient implements InferenceClient {
  readonly sent: Sample[] = [];
  handlers: ClientHandlers | undefined;
  ready = true;
  pending = 0;
  stops = 0;
  /** Whether it is ready again while a picture is under way. */
  readonly window: number;

  constructor(window = 1) {
    this.window = window;
  }

  start(handlers: ClientHandlers): void {
    this.handlers = handlers;
  }

  send(sample: Sample): void {
    if (!this.ready) throw new Error('sent while not ready');
    this.sent.push(sample);
    this.pending += 1;
    this.ready = this.pending < this.window;
  }

  /** The server answers about a picture, by default the oldest. */
  answer(
    inferences: readonly Record<string, unknown>[],
    foreign?: Record<string, unknown>,
    sample = this.#oldest(),
  ): void {
    this.#free();
    this.handlers?.onAnswer(sample, { inferences, ...(foreign ? { foreign } : {}) });
    this.handlers?.onReady();
  }

  lose(cause: Parameters<ClientHandlers['onLost']>[1] = 'timeout', sample = this.#oldest()): void {
    this.#free();
    this.handlers?.onLost(sample, cause);
    this.handlers?.onReady();
  }

  async stop(): Promise<void> {
    this.stops += 1;
  }

  #oldest(): Sample {
    return this.sent[this.sent.length - this.pending]!;
  }

  #free(): void {
    this.pending -= 1;
    this.ready = true;
  }
}

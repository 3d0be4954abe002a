import { SluiceError } from '../core/errors.js';
import type { KeepAlive } from '../core/keep-alive.js';

/** Lets calls of the program in until the engine is closed, and keeps the process alive while they last. */
export class Gate {
  readonly #keepAlive: KeepAlive;
  #closed = false;

  constructor(keepAlive: KeepAlive) {
    this.#keepAlive = keepAlive;
  }

  get closed(): boolean {
    return this.#closed;
  }

  close(): void {
    this.#closed = true;
  }

  /** @throws SluiceError `EngineClosing` */
  enter(call: string): void {
    if (!this.#closed) return;
    throw new SluiceError('EngineClosing', `${call}: the engine is closed, or closing`, {
      kind: 'unavailable',
      hint: 'Open the data folder again with Engine.open.',
    });
  }

  during<T>(work: () => T | Promise<T>): Promise<T> {
    return this.#keepAlive.during(work);
  }
}

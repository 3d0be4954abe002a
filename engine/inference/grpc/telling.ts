import type { ClientHandlers, Trouble } from '../types.js';

/** What has to work again before a trouble is over. */
export type TroublePhase = 'connect' | 'stream';

/** Tells each trouble once, until the server answers again. */
export class Telling {
  readonly #handlers: Pick<ClientHandlers, 'onTrouble' | 'onRecovered'>;
  readonly #told = new Map<string, TroublePhase>();

  constructor(handlers: Pick<ClientHandlers, 'onTrouble' | 'onRecovered'>) {
    this.#handlers = handlers;
  }

  trouble(trouble: Trouble, phase: TroublePhase): void {
    const key = `${trouble.kind} ${trouble.code}`;
    if (this.#told.has(key)) return;
    this.#told.set(key, phase);
    this.#handlers.onTrouble(trouble);
  }

  /** There is a connection. That is all that was missing, unless streams on it had failed before. */
  connected(): void {
    if ([...this.#told.values()].every((phase) => phase === 'connect')) this.answered();
  }

  /** A sample was answered. */
  answered(): void {
    if (this.#told.size === 0) return;
    this.#told.clear();
    this.#handlers.onRecovered();
  }
}

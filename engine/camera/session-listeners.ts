import type { RepeatedFaults } from '../core/guarded.js';
import type { SessionListener } from './session-listener.js';
import type { AccessUnit } from './types.js';

/** Who listens to a camera. One that fails keeps nothing from the others. */
export class SessionListeners {
  readonly #listeners = new Set<SessionListener>();
  readonly #faults: RepeatedFaults;
  /** How many of them watch. */
  #watching = 0;

  constructor(faults: RepeatedFaults) {
    this.#faults = faults;
  }

  get isWatched(): boolean {
    return this.#watching > 0;
  }

  add(listener: SessionListener): void {
    this.#listeners.add(listener);
    if (listener.watches) this.#watching++;
  }

  delete(listener: SessionListener): void {
    if (this.#listeners.delete(listener) && listener.watches) this.#watching--;
  }

  clear(): void {
    this.#listeners.clear();
    this.#watching = 0;
  }

  /** Without a closure for each: all media of all cameras passes here. */
  unit(unit: AccessUnit): void {
    for (const listener of this.#listeners) {
      try {
        listener.onUnit?.(unit);
      } catch (error) {
        this.#faults.add(error);
      }
    }
  }

  tell(what: (listener: SessionListener) => void): void {
    for (const listener of [...this.#listeners]) this.call(() => what(listener));
  }

  call(what: () => void): void {
    try {
      what();
    } catch (error) {
      this.#faults.add(error);
    }
  }
}

import type { RepeatedFaults } from '../core/guarded.js';
import type { SessionListener } from './session-listener.js';
import type { AccessUnit } from './types.js';

/** Who listens to a camera. One that fails keeps nothing from the others. */
export class SessionListeners {
  readonly #listeners = new Set<SessionListener>();
  readonly #faults: RepeatedFaults;

  constructor(faults: RepeatedFaults) {
    this.#faults = faults;
  }

  add(listener: SessionListener): void {
    this.#listeners.add(listener);
  }

  delete(listener: SessionListener): void {
    this.#listeners.delete(listener);
  }

  clear(): void {
    this.#listeners.clear();
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

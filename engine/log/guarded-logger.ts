import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';

/**
 * A logger of an embedding program, which must not stop the engine when it fails: a line that it cannot take is counted,
 * and the first is told with a warning of the process, as there is no log to tell it in.
 */
export class GuardedLogger {
  readonly #onFault: (error: unknown) => void;
  #failures = 0;

  constructor(onFault: (error: unknown) => void = () => {}) {
    this.#onFault = onFault;
  }

  /** Lines that could not be logged. */
  get failures(): number {
    return this.#failures;
  }

  guard(log: Logger): Logger {
    return new Proxy(log, {
      get: (target, property) => {
        const value: unknown = Reflect.get(target, property, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]): unknown => this.#call(target, property, () => value.apply(target, args));
      },
    });
  }

  #call(target: Logger, property: string | symbol, call: () => unknown): unknown {
    try {
      const result = call();
      return property === 'child' ? this.guard(result as Logger) : result;
    } catch (error) {
      this.#failures += 1;
      if (this.#failures === 1) {
        process.emitWarning(`the logger that was passed to the engine failed: ${messageOf(error)}`, 'SluiceWarning');
      }
      this.#onFault(error);
      return property === 'child' ? this.guard(target) : undefined;
    }
  }
}

import { guarded } from './guarded.js';
import type { Logger } from './log.js';

/** Which function of an embedding program failed. */
export interface CallbackFault {
  /**
   * - `handler`, `onGap`, `onError`: of a subscription to events
   * - `log`: a method of the logger
   * - `viewer`: of a viewer of a camera's live pictures
   */
  callback: 'handler' | 'onGap' | 'onError' | 'log' | 'viewer';
  /** Number of the event that it was called for. */
  seq?: number;
}

/** Is told of what functions of the program throw or reject with. It may be asynchronous and is not waited for. */
export type OnError = (error: unknown, fault: CallbackFault) => unknown;

/** Tells an embedding program what its own functions threw. What its `onError` throws ends in the log. */
export class CallbackFaults {
  readonly #onError: OnError | undefined;
  readonly #log: Logger;

  constructor(onError: OnError | undefined, log: Logger) {
    this.#onError = onError;
    this.#log = log;
  }

  tell(error: unknown, fault: CallbackFault): void {
    if (!this.#onError) return;
    guarded(this.#onError, (thrown) => {
      // Where the log fails as well, nobody is left who could be told; and telling would never end.
      if (fault.callback === 'log') return;
      this.#log.error({ err: thrown, fault }, 'the onError that was passed to the engine failed');
    })(error, fault);
  }
}

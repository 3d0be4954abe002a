import type { Clock } from './clock.js';
import { type MonotonicTime, seconds } from './time.js';

type FaultHandler = (error: unknown) => void;

/**
 * Calls what belongs to somebody else: the returned function never throws. What `work` throws, or its promise rejects
 * with, goes to `onFault`.
 */
export const guarded =
  <A extends unknown[]>(work: (...args: A) => unknown, onFault: FaultHandler): ((...args: A) => void) =>
  (...args) => {
    try {
      const result = work(...args);
      if (isThenable(result)) result.then(undefined, onFault);
    } catch (error) {
      onFault(error);
    }
  };

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Between two tales of a fault that repeats. */
const QUIET = seconds(60);

/**
 * Tells of a fault that may come with every picture: at once, and then at most once a minute, with how often it came
 * since it was told last.
 */
export class RepeatedFaults {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #tell: (error: unknown, count: number) => void;
  #toldAt: MonotonicTime | undefined;
  #untold = 0;

  constructor(clock: Pick<Clock, 'monotonic'>, tell: (error: unknown, count: number) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  add(error: unknown): void {
    this.#untold += 1;
    const now = this.#clock.monotonic();
    if (this.#toldAt !== undefined && now - this.#toldAt < QUIET) return;
    const count = this.#untold;
    this.#toldAt = now;
    this.#untold = 0;
    this.#tell(error, count);
  }
}

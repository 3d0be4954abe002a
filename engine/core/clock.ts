import type { MonotonicTime, UtcMicros } from './time.js';

/** Cancels a timer; does nothing if it has been cancelled before or has fired. */
export type CancelTimer = () => void;

/** The only way the engine learns the time or waits, so that tests can drive both. */
export interface Clock {
  /** Microseconds on a clock that never steps. Media time is on this clock too. */
  monotonic(): MonotonicTime;
  /** The wall clock, which may step. */
  utc(): UtcMicros;
  /** Runs `task` once after `delayMs` on the monotonic clock. The timer does not keep the process alive. */
  after(delayMs: number, task: () => void): CancelTimer;
  /** Runs `task` once when what runs now has ended: `after` takes a millisecond at least. */
  soon(task: () => void): CancelTimer;
}

export const systemClock: Clock = {
  monotonic: () => Math.round(performance.now() * 1000) as MonotonicTime,
  // Date.now() follows steps of the wall clock; performance.timeOrigin would not.
  utc: () => (Date.now() * 1000) as UtcMicros,
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs));
    timer.unref();
    return () => clearTimeout(timer);
  },
  soon(task) {
    // Not unref'd, as an event loop with nothing else to do would then wait for its next timer first.
    const turn = setImmediate(task);
    return () => clearImmediate(turn);
  },
};

/** Runs `task` repeatedly, each time `everyMs` after the previous run has ended. Returns the way to stop. */
export const every = (clock: Clock, everyMs: number, task: () => void): CancelTimer => {
  let stopped = false;
  let cancel: CancelTimer;
  const arm = (): void => {
    cancel = clock.after(everyMs, () => {
      task();
      if (!stopped) arm();
    });
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
};

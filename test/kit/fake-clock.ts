import type { CancelTimer, Clock } from '../../engine/core/clock.js';
import type { MediaTime, UtcMicros } from '../../engine/core/time.js';

interface Timer {
  due: number;
  order: number;
  task: () => void;
}

/** Lets promises go on that wait for nothing but each other. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that moves only when told to. Timers fire in order of due time, then of creation. */
export class FakeClock implements Clock {
  #now = 0;
  #wallOffset: number;
  #timers: Timer[] = [];
  #order = 0;

  constructor(startUtcMicros = Date.UTC(2026, 0, 2, 3, 4, 5) * 1000) {
    this.#wallOffset = startUtcMicros;
  }

  monotonic(): MediaTime {
    return this.#now as MediaTime;
  }

  utc(): UtcMicros {
    return (this.#now + this.#wallOffset) as UtcMicros;
  }

  after(delayMs: number, task: () => void): CancelTimer {
    const timer = { due: this.#now + Math.max(0, Math.round(delayMs * 1000)), order: this.#order++, task };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  soon(task: () => void): CancelTimer {
    return this.after(0, task);
  }

  /** Moves both clocks forward, firing what falls due on the way. */
  advance(ms: number): void {
    const end = this.#now + Math.round(ms * 1000);
    for (;;) {
      const next = this.#timers
        .filter((timer) => timer.due <= end)
        .sort((a, b) => a.due - b.due || a.order - b.order)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.due);
      next.task();
    }
    this.#now = end;
  }

  /** As `advance`, in small steps after each of which promises go on: for code that waits in a loop. */
  async run(ms: number, stepMs = 100): Promise<void> {
    await settle();
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.advance(Math.min(stepMs, ms - passed));
      await settle();
    }
  }

  /** Steps the wall clock alone, as an operator or NTP does. */
  stepWall(ms: number): void {
    this.#wallOffset += Math.round(ms * 1000);
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }
}

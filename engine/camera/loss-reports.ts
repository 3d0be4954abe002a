import type { MediaLoss } from '../../bridge/types.js';
import type { CancelTimer, Clock } from '../core/clock.js';

/** From one report to the next: a bad line must not fill the log. */
const EVERY_MS = 10_000;

/** Reports a camera's losses: the first at once, what comes soon after it together. */
export class LossReports {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #report: (loss: MediaLoss) => void;
  #gathered: MediaLoss | undefined;
  #cancel: CancelTimer | undefined;

  constructor(clock: Pick<Clock, 'after'>, report: (loss: MediaLoss) => void) {
    this.#clock = clock;
    this.#report = report;
  }

  add(loss: MediaLoss): void {
    if (this.#cancel === undefined) {
      this.#report(loss);
      this.#cancel = this.#clock.after(EVERY_MS, () => this.#onTime());
    } else {
      this.#gathered = this.#gathered === undefined ? loss : sum(this.#gathered, loss);
    }
  }

  /** Nothing more is reported later; what has been gathered is reported now. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#flush();
  }

  #onTime(): void {
    this.#cancel = undefined;
    if (this.#gathered === undefined) return;
    this.#flush();
    this.#cancel = this.#clock.after(EVERY_MS, () => this.#onTime());
  }

  #flush(): void {
    const loss = this.#gathered;
    this.#gathered = undefined;
    if (loss !== undefined) this.#report(loss);
  }
}

const sum = (a: MediaLoss, b: MediaLoss): MediaLoss => ({
  packets: a.packets + b.packets,
  spans: a.spans + b.spans,
  micros: a.micros + b.micros,
  garbageBytes: a.garbageBytes + b.garbageBytes,
  overflow: a.overflow + b.overflow,
});

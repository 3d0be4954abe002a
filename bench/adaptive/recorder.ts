/** The engine's gate behind a detector, without media: which parts of a scene would be recorded. */
import { type MediaTime, type Micros, type MonotonicTime, plus, seconds } from '../../engine/core/time.js';
import type { GateAction } from '../../engine/gate/actions.js';
import { SignalGate } from '../../engine/gate/signal-gate.js';
import type { Span } from '../common/spans.js';

/** What AVA's samples have. */
const GATE = {
  activationEvaluationWindow: seconds(1),
  activationSignalOffset: -seconds(5),
  minimumActivationTime: seconds(10),
  maximumActivationTime: seconds(60),
};

export class Recorder {
  readonly #gate = new SignalGate(GATE);
  readonly #opened = new Map<number, MediaTime>();
  readonly #parts: Span[] = [];
  #now = 0 as MonotonicTime;

  readonly coversUntil = (at: MediaTime): MediaTime | undefined => this.#gate.coversUntil(at);

  /** Something has been found in a picture. */
  motion(at: MediaTime): void {
    // The gate is told of the picture's unit afterwards.
    const arrival = Math.max(at, this.#now) as MonotonicTime;
    this.#gate.signal({ at, id: String(at) }, arrival);
  }

  /** A unit has come; what is up to `lag` before it is still to be judged. */
  unit(pts: MediaTime, lag: Micros): void {
    this.#now = pts as number as MonotonicTime;
    const behind = this.#gate.closed ? 0 : lag;
    this.#apply(this.#gate.advance(plus(pts, -behind), plus(this.#now, -behind)));
  }

  /** All that has been recorded, after the end of the scene. */
  end(): readonly Span[] {
    this.unit(this.#now as number as MediaTime, 0);
    this.#apply(this.#gate.flush());
    return this.#parts;
  }

  #apply(actions: readonly GateAction[]): void {
    for (const action of actions) {
      if (action.type === 'open') this.#opened.set(action.activation, action.start);
      const start = this.#opened.get(action.activation);
      if (action.type === 'close' && start !== undefined) {
        this.#parts.push([Math.max(0, start) / 1e6, action.end / 1e6]);
      }
    }
  }
}

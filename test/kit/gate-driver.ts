import type { MediaTime } from '../../engine/core/time.js';
import type { GateAction, SignalOutcome } from '../../engine/gate/actions.js';
import { SignalGate } from '../../engine/gate/signal-gate.js';
import type { GateSettings } from '../../engine/gate/types.js';

export const t = (seconds: number): MediaTime => Math.round(seconds * 1e6) as MediaTime;

export const settings = (s: { window: number; offset: number; minimum: number; maximum: number }): GateSettings => ({
  activationEvaluationWindow: t(s.window),
  activationSignalOffset: t(s.offset),
  minimumActivationTime: t(s.minimum),
  maximumActivationTime: t(s.maximum),
});

export interface Clip {
  activation: number;
  start: number;
  end: number;
  reason: string;
  id: string;
}

/** `pending`: an event came and no clip has begun, for the evaluation window or a start that lies ahead. */
export type GateState = 'closed' | 'pending' | 'open';

/** What can be told of a gate from its deadline and all that it has told to do. */
export const stateOf = (gate: SignalGate, actions: readonly GateAction[]): GateState => {
  if (gate.deadline === undefined) return 'closed';
  const count = (type: GateAction['type']) => actions.filter((action) => action.type === type).length;
  return count('open') > count('close') ? 'open' : 'pending';
};

/** Runs a gate with media at 25 units a second, each arriving at its own time. Everything in seconds. */
export class Driver {
  readonly gate: SignalGate;
  readonly actions: GateAction[] = [];
  #now = t(0);
  #media = t(-0.04);

  constructor(gateSettings: GateSettings) {
    this.gate = new SignalGate(gateSettings);
  }

  /** Runs to `arrival` (default: the event's own time), then hands the event over. */
  event(at: number, options: { arrival?: number; id?: string } = {}): SignalOutcome {
    const arrival = options.arrival ?? at;
    if (t(arrival) > this.#now) this.#run(t(arrival), this.#silent);
    return this.gate.signal({ at: t(at), id: options.id ?? `e${at}` }, t(arrival));
  }

  runTo(end: number): void {
    this.#silent = false;
    this.#run(t(end), false);
  }

  silentTo(end: number): void {
    this.#silent = true;
    this.#run(t(end), true);
  }

  flush(): void {
    this.actions.push(...this.gate.flush());
  }

  get state(): GateState {
    return stateOf(this.gate, this.actions);
  }

  get clips(): Clip[] {
    return this.actions.flatMap((close) => {
      if (close.type !== 'close') return [];
      const open = this.actions.find((a) => a.type === 'open' && a.activation === close.activation);
      if (open?.type !== 'open') throw new Error(`activation ${close.activation} closed without having opened`);
      const { activation, reason } = close;
      return [{ activation, start: open.start / 1e6, end: close.end / 1e6, reason, id: open.signalId }];
    });
  }

  #silent = false;

  #run(end: MediaTime, silent: boolean): void {
    for (let at = Math.floor(this.#now / 40_000) * 40_000 + 40_000; at <= end; at += 40_000) {
      if (!silent) this.#media = at as MediaTime;
      this.actions.push(...this.gate.advance(this.#media, at as MediaTime));
    }
    this.#now = end;
  }
}

import type { CameraSession } from '../../camera/session.js';
import type { CancelTimer, Clock } from '../../core/clock.js';
import { type Micros, millis } from '../../core/time.js';
import type { CloseAction, GateAction, OpenAction, SkipAction } from '../../gate/actions.js';
import { requiredSpan, SignalGate } from '../../gate/signal-gate.js';
import type { GateSignal } from '../../gate/types.js';
import type { SignalGateNode } from '../../topology/types.js';
import type { RunningNode } from '../node-context.js';

/** What a gate tells its sinks. `unit` is told after the gate itself has seen the unit. */
export interface GatedSink {
  open(action: OpenAction): void;
  /** A unit has entered the ring and lies within every open clip. */
  unit(): void;
  close(action: CloseAction): void;
}

export interface GateReporter {
  lateSignal(signal: GateSignal): void;
  skipped(action: SkipAction): void;
}

/** Drives the pure gate with the camera's units, its signals and the clock. */
export class SignalGateProcessor implements RunningNode {
  readonly name: string;
  readonly #gate: SignalGate;
  readonly #eventDelay: Micros;
  readonly #session: CameraSession;
  readonly #clock: Clock;
  readonly #sinks: readonly GatedSink[];
  readonly #reporter: GateReporter;
  #detach: () => void = () => {};
  #cancelTimer: CancelTimer | null = null;

  /** @param eventDelay how late an event may reach the gate and still find its pictures in the ring, in µs. */
  constructor(
    node: SignalGateNode,
    eventDelay: Micros,
    session: CameraSession,
    clock: Clock,
    sinks: readonly GatedSink[],
    reporter: GateReporter,
  ) {
    this.name = node.name;
    this.#gate = new SignalGate(node.settings);
    this.#eventDelay = eventDelay;
    this.#session = session;
    this.#clock = clock;
    this.#sinks = sinks;
    this.#reporter = reporter;
  }

  start(): void {
    this.#detach = this.#session.attach(
      {
        onUnit: (unit) => {
          this.#apply(this.#gate.advance(unit.pts, unit.arrival));
          for (const sink of this.#sinks) sink.unit();
        },
      },
      requiredSpan(this.#gate.settings, this.#eventDelay),
    );
  }

  signal(signal: GateSignal): void {
    if (this.#gate.signal(signal, this.#clock.monotonic()) === 'late') this.#reporter.lateSignal(signal);
    this.#arm();
  }

  stop(): Promise<void> {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#apply(this.#gate.flush());
    // Only now: without this listener the ring may let go of the pre-roll that the flush has just asked for.
    this.#detach();
    return Promise.resolve();
  }

  #apply(actions: readonly GateAction[]): void {
    for (const action of actions) {
      if (action.type === 'open') for (const sink of this.#sinks) sink.open(action);
      else if (action.type === 'close') for (const sink of this.#sinks) sink.close(action);
      else if (action.type === 'skip') this.#reporter.skipped(action);
    }
  }

  /** Units drive the gate; the timer is for boundaries that must be kept although none come. */
  #arm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    const deadline = this.#gate.deadline;
    if (deadline === undefined) return;
    const waitMs = Math.max(1, (deadline - this.#clock.monotonic()) / millis(1));
    this.#cancelTimer = this.#clock.after(waitMs, () => {
      this.#cancelTimer = null;
      const newest = this.#session.ring.newest;
      const now = this.#clock.monotonic();
      this.#apply(this.#gate.advance(newest?.pts ?? (Number.NEGATIVE_INFINITY as typeof now), now));
      this.#arm();
    });
  }
}

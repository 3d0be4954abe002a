import type { MediaTime, Micros, MonotonicTime } from '../core/time.js';
import { seconds } from '../core/time.js';
import type { CloseReason, GateAction, SignalOutcome } from './actions.js';
import { Activation, type ArrivedSignal } from './activation.js';
import type { GateSettings, GateSignal } from './types.js';

const NOTHING: readonly GateAction[] = Object.freeze([]);
const BEFORE_ALL = Number.NEGATIVE_INFINITY as MediaTime;

/** How long the gate waits for media beyond the time of a boundary. */
const DEFAULT_MEDIA_GRACE = seconds(5);

export interface GateOptions {
  /** See DEFAULT_MEDIA_GRACE. */
  mediaGrace?: Micros;
}

/**
 * AVA's signal gate: signals in, clip boundaries out. It holds no media, does no I/O and reads no clock.
 *
 * Boundaries are media time: start = earliest event + offset, end = min(last event + minimum, first event + maximum).
 * The evaluation window is arrival time: an earlier event that arrives this soon after the first one still moves the
 * start. docs/design/gate.md has the rules where AVA's documentation leaves a choice.
 *
 * The caller passes every signal, and calls `advance` with every access unit and when `deadline` is reached.
 */
export class SignalGate {
  readonly settings: GateSettings;
  readonly #grace: Micros;
  /** In order of media time. More than one only while media lags behind the signals. */
  #activations: Activation[] = [];
  #count = 0;
  #media = BEFORE_ALL;
  #advancedAt: MonotonicTime = BEFORE_ALL;
  #lastClosedFirst = BEFORE_ALL;

  constructor(settings: GateSettings, options: GateOptions = {}) {
    this.settings = settings;
    this.#grace = options.mediaGrace ?? DEFAULT_MEDIA_GRACE;
  }

  /**
   * Takes an event that asks for recording and arrived at monotonic time `arrival`. The caller stamps a signal without
   * media time with `arrival`. A signal from the future counts as one of now; otherwise it would make every event
   * before it late.
   */
  signal(signal: GateSignal, arrival: MonotonicTime): SignalOutcome {
    const at = Math.min(signal.at, Math.max(arrival, this.#media)) as MediaTime;
    return this.#route({ at, id: signal.id, arrival });
  }

  /** `media`: the newest presentation time seen. `arrival`: now on the monotonic clock. Returns what is due, in order. */
  advance(media: MediaTime, arrival: MonotonicTime): readonly GateAction[] {
    if (media > this.#media) this.#media = media;
    this.#advancedAt = arrival;
    if (this.#activations.length === 0) return NOTHING;
    const actions: GateAction[] = [];
    const remaining: Activation[] = [];
    for (const activation of this.#activations) {
      if (!this.#advanceOne(activation, arrival, actions)) remaining.push(activation);
    }
    this.#activations = remaining;
    return actions;
  }

  /**
   * When `advance` must be called at the latest, on the monotonic clock, even if no media comes. Changes with every
   * signal and every action; undefined while the gate is closed.
   */
  get deadline(): MonotonicTime | undefined {
    let due: MonotonicTime | undefined;
    for (const activation of this.#activations) {
      const next = this.#dueAt(activation);
      if (due === undefined || next < due) due = next;
    }
    return due;
  }

  /** Media after this is not asked for, as far as is known: where the activation that is recorded ends. */
  get recordsUntil(): MediaTime | undefined {
    return this.#activations.findLast(({ opened }) => opened)?.end;
  }

  /**
   * Events from this time until the returned one need not be signalled one by one: the clip is the same as long as the last of them
   * is. Undefined where nothing is recorded.
   */
  coversUntil(at: MediaTime): MediaTime | undefined {
    return this.#activations.findLast((activation) => activation.opened && activation.holds(at))?.end;
  }

  /** No activation is under way. */
  get closed(): boolean {
    return this.#activations.length === 0;
  }

  /** Ends all activations at once. What was asked for up to the newest media is still recorded. */
  flush(): readonly GateAction[] {
    const actions: GateAction[] = [];
    for (const activation of this.#activations) {
      const { start, end } = activation;
      if (!activation.opened && end > start && this.#media >= start) actions.push(this.#open(activation));
      if (activation.opened) {
        const until = Math.min(end, Math.max(start, this.#media)) as MediaTime;
        actions.push(this.#close(activation, until, 'flushed'));
      } else {
        actions.push(this.#skip(activation, 'flushed'));
      }
    }
    this.#activations = [];
    return actions;
  }

  #route(signal: ArrivedSignal): SignalOutcome {
    const list = this.#activations;
    let next = list.length;
    while (next > 0 && list[next - 1]!.earliest.at > signal.at) next--;
    const holder = list[next - 1];
    if (holder?.holds(signal.at)) return holder.extend(signal) ? 'extended' : 'covered';
    if (!holder && signal.at < this.#lastClosedFirst) return 'late';
    const follower = list[next];
    if (!follower) {
      list.push(new Activation(++this.#count, this.settings, signal));
      return 'opened';
    }
    if (!follower.gathers(signal.arrival)) return 'late';
    for (const expelled of follower.moveEarlier(signal)) this.#route(expelled);
    return 'movedEarlier';
  }

  /** Returns true when the activation is over. */
  #advanceOne(activation: Activation, arrival: MonotonicTime, actions: GateAction[]): boolean {
    if (!activation.opened && arrival < activation.evaluation) return false;
    const { start, end } = activation;
    if (!activation.opened && end > start && this.#hasCome(start, arrival)) actions.push(this.#open(activation));
    const shown = this.#media > end;
    if (!shown && arrival <= end + this.#grace) return false;
    if (!activation.opened) actions.push(this.#skip(activation, 'endsBeforeStart'));
    else if (!shown) actions.push(this.#close(activation, end, 'lost'));
    else actions.push(this.#close(activation, end, activation.capped ? 'maximum' : 'minimum'));
    return true;
  }

  #hasCome(time: MediaTime, arrival: MonotonicTime): boolean {
    return this.#media >= time || arrival >= time + this.#grace;
  }

  #dueAt(activation: Activation): MonotonicTime {
    const { start, end, evaluation, opened } = activation;
    if (!opened && evaluation > this.#advancedAt) return evaluation;
    if (!opened && end > start) return Math.max(evaluation, start + this.#grace) as MonotonicTime;
    return Math.max(evaluation, end + this.#grace + 1) as MonotonicTime;
  }

  #open(activation: Activation): GateAction {
    const { start, earliest, number } = activation;
    activation.open();
    return {
      type: 'open',
      activation: number,
      start,
      trigger: earliest.at,
      signalId: earliest.id,
      requestedPreRoll: Math.max(0, earliest.at - start),
    };
  }

  #close(activation: Activation, end: MediaTime, reason: CloseReason): GateAction {
    this.#lastClosedFirst = activation.earliest.at;
    return { type: 'close', activation: activation.number, end, reason };
  }

  #skip(activation: Activation, reason: 'endsBeforeStart' | 'flushed'): GateAction {
    this.#lastClosedFirst = activation.earliest.at;
    const { number, start, end, earliest } = activation;
    return { type: 'skip', activation: number, start, end, signalId: earliest.id, reason };
  }
}

/**
 * How far the ring must reach back from the newest unit, in µs, so that a clip of this gate finds its start.
 * `eventDelay` is how late events may arrive, in µs: decoding, detection and aggregation.
 */
export const requiredSpan = (settings: GateSettings, eventDelay: Micros = 0): Micros =>
  Math.max(0, eventDelay + settings.activationEvaluationWindow - settings.activationSignalOffset);

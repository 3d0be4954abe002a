import type { MediaTime, MonotonicTime } from '../core/time.js';
import { plus } from '../core/time.js';
import type { GateSettings, GateSignal } from './types.js';

/** A signal, and when it reached the gate. */
export interface ArrivedSignal extends GateSignal {
  arrival: MonotonicTime;
}

/**
 * Maximum number of signals that are remembered during the evaluation window. Beyond it, signals that change neither
 * end of the activation are forgotten. They could matter only if a signal came that is older by more than
 * maximumActivationTime.
 */
const MAX_GATHERED = 4096;

/** One activation of the gate: its events, and the interval that follows from them. */
export class Activation {
  readonly number: number;
  readonly firstArrival: MonotonicTime;
  earliest: GateSignal;
  last: MediaTime;
  opened = false;
  readonly #settings: GateSettings;
  #gathered: ArrivedSignal[];

  constructor(number: number, settings: GateSettings, initial: ArrivedSignal) {
    this.number = number;
    this.#settings = settings;
    this.firstArrival = initial.arrival;
    this.earliest = initial;
    this.last = initial.at;
    this.#gathered = [initial];
  }

  get start(): MediaTime {
    return plus(this.earliest.at, this.#settings.activationSignalOffset);
  }

  get end(): MediaTime {
    return Math.min(this.#quiet, this.#cap) as MediaTime;
  }

  /** True if the cap decides the end, so that later events cannot move it. */
  get capped(): boolean {
    return this.#quiet >= this.#cap;
  }

  /** When the evaluation window is over, in arrival time. */
  get evaluation(): MonotonicTime {
    return plus(this.firstArrival, this.#settings.activationEvaluationWindow);
  }

  gathers(arrival: MonotonicTime): boolean {
    return !this.opened && arrival <= this.evaluation;
  }

  /** True if an event at this time belongs here. One at the cap itself does not: nothing after it would be recorded. */
  holds(at: MediaTime): boolean {
    return at >= this.earliest.at && at <= this.#quiet && at < this.#cap;
  }

  /** Takes an event that this activation holds. Returns whether the end moved. */
  extend(signal: ArrivedSignal): boolean {
    const before = this.end;
    const inside = signal.at <= this.last;
    if (!inside) this.last = signal.at;
    if (!this.opened && !(inside && this.#gathered.length >= MAX_GATHERED)) this.#gathered.push(signal);
    return this.end > before;
  }

  /**
   * Takes an event that is earlier than the first one. The cap moves with it. Returns the events, in order of arrival,
   * that are now at or after the cap and therefore no longer belong to this activation.
   */
  moveEarlier(signal: ArrivedSignal): ArrivedSignal[] {
    this.earliest = signal;
    this.#gathered.push(signal);
    const cap = this.#cap;
    if (this.last < cap) return [];
    const expelled = this.#gathered.filter((other) => other.at >= cap);
    this.#gathered = this.#gathered.filter((other) => other.at < cap);
    this.last = this.#gathered.reduce<number>((last, other) => Math.max(last, other.at), signal.at) as MediaTime;
    return expelled;
  }

  /** The clip begins: from now on only the end can move. */
  open(): void {
    this.opened = true;
    this.#gathered = [];
  }

  get #quiet(): MediaTime {
    return plus(this.last, this.#settings.minimumActivationTime);
  }

  get #cap(): MediaTime {
    return plus(this.earliest.at, this.#settings.maximumActivationTime);
  }
}

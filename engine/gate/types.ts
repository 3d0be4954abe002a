import type { MediaTime, Micros } from '../core/time.js';

/** The four properties of a SignalGateProcessor, in µs. */
export interface GateSettings {
  /** 0 … 10 s. */
  activationEvaluationWindow: Micros;
  /** −60 … +60 s. */
  activationSignalOffset: Micros;
  /** 10 s … 1 h. */
  minimumActivationTime: Micros;
  /** 10 s … 1 h, at least the minimum. */
  maximumActivationTime: Micros;
}

/** An event that asks for recording. */
export interface GateSignal {
  /** Media time of what happened. */
  at: MediaTime;
  /** Id of the event, which the recording events carry as correlationId. */
  id: string;
}

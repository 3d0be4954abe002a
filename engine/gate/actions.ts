import type { MediaTime, Micros } from '../core/time.js';

/**
 * Begin a clip. The media has reached `start`, or the camera has been silent for so long that waiting gains nothing:
 * the clip then gets what is in the ring.
 */
export interface OpenAction {
  type: 'open';
  /** Counts the activations of one gate from 1; every later action for this clip carries the same number. */
  activation: number;
  /** The clip begins at the last keyframe at or before this time. */
  start: MediaTime;
  /** Media time of the earliest event of the activation. */
  trigger: MediaTime;
  /** Id of that event, the recording's correlationId. */
  signalId: string;
  /** How long before the trigger the clip should begin, in µs. 0 if the offset is not negative. */
  requestedPreRoll: Micros;
}

/** Why a clip ended. */
export type CloseReason =
  | 'minimum' // minimumActivationTime after the last event
  | 'maximum' // maximumActivationTime after the first event
  | 'lost' // the end has passed and no media has come
  | 'flushed'; // the pipeline is being deactivated

/** Finish the clip: nothing with a later time than `end` belongs to it. */
export interface CloseAction {
  type: 'close';
  activation: number;
  end: MediaTime;
  reason: CloseReason;
}

/**
 * An activation that leaves no clip. `endsBeforeStart`: a positive offset moved the start beyond the end. `flushed`:
 * the gate was flushed before the media reached the start.
 */
export interface SkipAction {
  type: 'skip';
  activation: number;
  start: MediaTime;
  end: MediaTime;
  signalId: string;
  reason: 'endsBeforeStart' | 'flushed';
}

export type GateAction = OpenAction | CloseAction | SkipAction;

/** What a signal did. Only `late` ones are lost, and the caller counts them. */
export type SignalOutcome =
  | 'opened' // began an activation
  | 'movedEarlier' // became the earliest event of an activation that was still gathering
  | 'extended' // moved the end
  | 'covered' // lies within the activation and changes nothing
  | 'late'; // precedes the first event of an activation whose evaluation window is over

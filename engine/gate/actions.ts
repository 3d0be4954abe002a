import type { MediaTime, Micros } from '../core/time.js';

/**
 * Begin a clip. `start` has been reached by the media, or the camera has been silent for so long that nothing is gained
 * by waiting: what the ring holds is all there is.
 */
export interface OpenAction {
  type: 'open';
  /** Counts the activations of one gate from 1; every later action for this clip carries the same number. */
  activation: number;
  /** Take from the last keyframe at or before this time. */
  start: MediaTime;
  /** Where the clip ends if no other signal comes. */
  expectedEnd: MediaTime;
  /** The earliest event of the activation: its media time, and its id as the recording's correlationId. */
  trigger: MediaTime;
  signalId: string;
  /** How far before the trigger the clip is to begin. 0 for an offset of zero or a delayed start. */
  requestedPreRoll: Micros;
}

/** The end is certain before the media gets there: no signal can move it any more. */
export interface EndSetAction {
  type: 'endSet';
  activation: number;
  end: MediaTime;
}

/** Why a clip ended. */
export type CloseReason =
  | 'minimum' // minimumActivationTime after the last event
  | 'maximum' // maximumActivationTime after the first event
  | 'lost' // the time has passed but no media came to show it
  | 'flushed'; // the pipeline is being deactivated

/** Finish the clip: nothing with a later time than `end` belongs to it. */
export interface CloseAction {
  type: 'close';
  activation: number;
  end: MediaTime;
  reason: CloseReason;
}

/**
 * An activation that leaves no clip. `endsBeforeStart`: a positive offset carried the start beyond the end.
 * `flushed`: the gate was flushed before the media reached the start.
 */
export interface SkipAction {
  type: 'skip';
  activation: number;
  start: MediaTime;
  end: MediaTime;
  signalId: string;
  reason: 'endsBeforeStart' | 'flushed';
}

export type GateAction = OpenAction | EndSetAction | CloseAction | SkipAction;

/** What a signal did. Only `late` ones are lost; the caller counts them. */
export type SignalOutcome =
  | 'opened' // began an activation
  | 'movedEarlier' // became the earliest event of an activation that was still gathering
  | 'extended' // moved the end
  | 'covered' // lies within the activation and changes nothing
  | 'late'; // precedes the first event of an activation whose evaluation window has gone

import { seconds } from '../../core/time.js';
import type { GateSettings } from '../../gate/types.js';
import { micros } from '../../topology/schema/node-parts.js';
import type { SignalGateDocument } from './schema.js';

/** AVA published no defaults for the gate; these are the values of most of its samples. */
const DEFAULT_ACTIVATION = seconds(30);

/** If only one activation time is given, the default of the other is changed to fit it. */
export const gateSettings = (document: SignalGateDocument): GateSettings => {
  const minimum = micros(document.minimumActivationTime, DEFAULT_ACTIVATION);
  const maximum = micros(document.maximumActivationTime, DEFAULT_ACTIVATION);
  return {
    activationEvaluationWindow: micros(document.activationEvaluationWindow, seconds(1)),
    activationSignalOffset: micros(document.activationSignalOffset, 0),
    minimumActivationTime: document.minimumActivationTime === undefined ? Math.min(minimum, maximum) : minimum,
    maximumActivationTime: document.maximumActivationTime === undefined ? Math.max(minimum, maximum) : maximum,
  };
};

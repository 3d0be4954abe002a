import { type Static, Type } from 'typebox';
import { seconds } from '../../core/time.js';
import { AVA } from '../../topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

export const SignalGateProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}SignalGateProcessor`),
    activationEvaluationWindow: Type.Optional(
      value(
        { kind: 'duration', min: 0, max: seconds(10), assumed: 'PT1S' },
        'How long after the first event earlier ones may still arrive.',
      ),
    ),
    activationSignalOffset: Type.Optional(
      value(
        { kind: 'duration', min: seconds(-60), max: seconds(60), assumed: 'PT0S' },
        'Moves the beginning of the recording. Negative: into the past, which the gate keeps in memory.',
      ),
    ),
    minimumActivationTime: Type.Optional(
      value(
        { kind: 'duration', min: seconds(10), max: seconds(3600), assumed: 'PT30S' },
        'How long the gate stays open after the last event.',
      ),
    ),
    maximumActivationTime: Type.Optional(
      value(
        { kind: 'duration', min: seconds(10), max: seconds(3600), assumed: 'PT30S' },
        'How long the gate stays open after the first event at most. Not less than the minimum.',
      ),
    ),
    ...nameAndInputs,
  },
  {
    title: 'SignalGateProcessor',
    description: 'Lets media through, encoded as it is, around the events that reach it.',
    additionalProperties: false,
  },
);

export type SignalGateDocument = Static<typeof SignalGateProcessor>;

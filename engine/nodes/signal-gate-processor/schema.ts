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
        'How long the gate waits after the first event for earlier ones that arrive late.',
      ),
    ),
    activationSignalOffset: Type.Optional(
      value(
        { kind: 'duration', min: seconds(-60), max: seconds(60), assumed: 'PT0S' },
        'Offset from the first event to the start of the recording. Negative: before the event, from media in memory.',
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
        'Longest time that the gate stays open after the first event. Must not be less than the minimum.',
      ),
    ),
    ...nameAndInputs,
  },
  {
    title: 'SignalGateProcessor',
    description: 'Lets media through around the events that reach it. The media is not encoded again.',
    additionalProperties: false,
  },
);

export type SignalGateDocument = Static<typeof SignalGateProcessor>;

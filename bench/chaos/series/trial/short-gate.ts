import { type Static, Type } from 'typebox';
import { seconds } from '../../../../engine/core/time.js';
import type { GateSettings } from '../../../../engine/gate/types.js';
import { defineNode } from '../../../../engine/nodes/node-type.js';
import { NODE_TYPES } from '../../../../engine/nodes/table.js';
import { AVA } from '../../../../engine/topology/node-definition.js';
import { micros, nameAndInputs, nodeType } from '../../../../engine/topology/schema/node-parts.js';
import { value } from '../../../../engine/topology/schema/value-rule.js';

export const SHORT_GATE = '#Trial.ShortGate';

const signalGateProcessor = NODE_TYPES.find(({ type }) => type === `${AVA}SignalGateProcessor`)!;

const ShortGate = Type.Object(
  {
    '@type': nodeType(SHORT_GATE),
    activationTime: value(
      { kind: 'duration', min: seconds(0.5), max: seconds(3600), assumed: 'PT2S' },
      'How long the gate stays open after a message.',
    ),
    preRoll: value(
      { kind: 'duration', min: 0, max: seconds(60), assumed: 'PT0S' },
      'How long before the message a clip begins.',
    ),
    ...nameAndInputs,
  },
  { title: 'ShortGate', description: 'A gate whose clips may be short.', additionalProperties: false },
);

/**
 * The engine's own gate with the engine's own node, but with clips that may be shorter than the ten seconds that AVA
 * asks for: a trial then sees five times as many clips begin and end in the same time.
 */
export const shortGate = defineNode<Static<typeof ShortGate>, GateSettings>({
  type: SHORT_GATE,
  family: 'processor',
  schema: ShortGate,
  provides: signalGateProcessor.provides,
  takes: signalGateProcessor.takes,
  forwardsMedia: true,
  settings: ({ activationTime, preRoll }) => ({
    activationEvaluationWindow: 0,
    activationSignalOffset: -micros(preRoll, 0),
    minimumActivationTime: micros(activationTime, 0),
    maximumActivationTime: micros(activationTime, 0),
  }),
  run: signalGateProcessor.run!,
});

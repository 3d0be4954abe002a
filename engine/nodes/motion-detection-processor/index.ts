import { longestGlance } from '../../camera/pictures/attention.js';
import type { DecodePolicy } from '../../core/decode-policy.js';
import type { Micros } from '../../core/time.js';
import { AVA } from '../../topology/node-definition.js';
import { checkUniqueNames } from '../../topology/schema/node-parts.js';
import { defineNode } from '../node-type.js';
import { MotionDetectionNode } from './node.js';
import { MotionDetectionProcessor } from './schema.js';
import { motionDetectionSettings } from './settings.js';

/** What is found between two keyframes is told after the second. Undefined: the engine's policy, which may be `adaptive`. */
const lookingDelay = (policy: DecodePolicy | undefined): Micros => {
  if (policy && policy.kind !== 'adaptive') return 0;
  return longestGlance(policy?.every ?? 1);
};

export const motionDetectionProcessor = defineNode({
  type: `${AVA}MotionDetectionProcessor`,
  family: 'processor',
  schema: MotionDetectionProcessor,
  provides: [
    { stream: 'pictures', found: 'motion' },
    { stream: 'events', topic: 'motion' },
  ],
  takes: [{ stream: 'pictures', found: ['nothing'] }],
  senses: ['motion', 'tampered', 'degraded'],
  checkDocument: ({ zones }, check) => checkUniqueNames(zones, 'zone', check),
  settings: motionDetectionSettings,
  eventDelay: ({ eventAggregationWindow, decodePolicy }) => eventAggregationWindow + lookingDelay(decodePolicy),
  run: MotionDetectionNode,
});

import { AVA } from '../../topology/node-definition.js';
import { checkUniqueNames } from '../../topology/schema/node-parts.js';
import { defineNode } from '../node-type.js';
import { MotionDetectionNode } from './node.js';
import { MotionDetectionProcessor } from './schema.js';
import { motionDetectionSettings } from './settings.js';

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
  eventDelay: ({ eventAggregationWindow }) => eventAggregationWindow,
  run: MotionDetectionNode,
});

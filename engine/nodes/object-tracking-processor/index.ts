import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { checkNotBehindPeople } from './checks.js';
import { ObjectTrackingNode } from './node.js';
import { ObjectTrackingProcessor } from './schema.js';
import { objectTrackingSettings } from './settings.js';

export const objectTrackingProcessor = defineNode({
  type: `${AVA}ObjectTrackingProcessor`,
  family: 'processor',
  schema: ObjectTrackingProcessor,
  provides: [{ stream: 'events', topic: 'tracks' }],
  takes: [{ stream: 'pictures', found: ['objects'] }],
  placement: 'Must not be behind a node that finds people, directly or indirectly.',
  checkGraph: checkNotBehindPeople,
  settings: objectTrackingSettings,
  run: ObjectTrackingNode,
});

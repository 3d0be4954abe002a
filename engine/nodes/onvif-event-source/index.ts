import { SLUICE } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { checkUrl } from './checks.js';
import { OnvifEventSourceNode } from './node.js';
import { OnvifEventSource } from './schema.js';
import { onvifEventSourceSettings } from './settings.js';

export const onvifEventSource = defineNode({
  type: `${SLUICE}OnvifEventSource`,
  family: 'source',
  schema: OnvifEventSource,
  provides: [{ stream: 'events', topic: 'deviceStates' }],
  takes: [],
  senses: ['motion'],
  checkDocument: checkUrl,
  settings: onvifEventSourceSettings,
  endpoint: ({ endpoint }) => endpoint,
  run: OnvifEventSourceNode,
});

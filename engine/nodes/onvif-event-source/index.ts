import { SLUICE } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { checkUrl } from './checks.js';
import { OnvifEventSourceNode } from './node.js';
import { OnvifEventSource, type OnvifEventSourceDocument } from './schema.js';
import { type OnvifEventSourceSettings, onvifEventSourceSettings } from './settings.js';

export const onvifEventSource = defineNode<OnvifEventSourceDocument, OnvifEventSourceSettings>({
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

import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { IotHubMessageSinkNode } from './node.js';
import { IotHubMessageSink, type IotHubMessageSinkDocument } from './schema.js';
import type { IotHubMessageSinkSettings } from './settings.js';

export const iotHubMessageSink = defineNode<IotHubMessageSinkDocument, IotHubMessageSinkSettings>({
  type: `${AVA}IotHubMessageSink`,
  family: 'sink',
  schema: IotHubMessageSink,
  provides: [],
  takes: [{ stream: 'events', topics: ['deviceStates', 'motion', 'objects', 'tracks', 'people', 'crossings'] }],
  settings: ({ hubOutputName }) => ({ hubOutputName }),
  run: IotHubMessageSinkNode,
});

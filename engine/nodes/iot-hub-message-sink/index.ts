import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { IotHubMessageSinkNode } from './node.js';
import { IotHubMessageSink } from './schema.js';

export const iotHubMessageSink = defineNode({
  type: `${AVA}IotHubMessageSink`,
  family: 'sink',
  schema: IotHubMessageSink,
  provides: [],
  takes: [{ stream: 'events', topics: ['deviceStates', 'motion', 'objects', 'tracks', 'people', 'crossings'] }],
  settings: ({ hubOutputName }) => ({ hubOutputName }),
  run: IotHubMessageSinkNode,
});

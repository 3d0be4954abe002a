import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { IotHubMessageSourceNode } from './node.js';
import { IotHubMessageSource } from './schema.js';

export const iotHubMessageSource = defineNode({
  type: `${AVA}IotHubMessageSource`,
  family: 'source',
  schema: IotHubMessageSource,
  provides: [{ stream: 'events', topic: 'messages' }],
  takes: [],
  settings: ({ hubInputName }) => ({ hubInputName }),
  run: IotHubMessageSourceNode,
});

import { AVA } from '../../topology/node-definition.js';
import { ANSWER_TIME } from '../inference-client.js';
import { defineNode } from '../node-type.js';
import { checkSharedMemory } from './checks.js';
import { GrpcExtensionNode } from './node.js';
import { GrpcExtension } from './schema.js';
import { grpcExtensionSettings } from './settings.js';

export const grpcExtension = defineNode({
  type: `${AVA}GrpcExtension`,
  family: 'processor',
  schema: GrpcExtension,
  provides: [
    { stream: 'pictures', found: 'objects' },
    { stream: 'events', topic: 'objects' },
  ],
  takes: [{ stream: 'pictures' }],
  checkDocument: checkSharedMemory,
  settings: grpcExtensionSettings,
  endpoint: ({ extension }) => extension.endpoint,
  eventDelay: () => ANSWER_TIME.grpc,
  run: GrpcExtensionNode,
});

import { AVA } from '../../topology/node-definition.js';
import { defineNode, NO_SETTINGS } from '../node-type.js';
import { checkSharedMemory } from './checks.js';
import { GrpcExtension } from './schema.js';

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
  settings: () => NO_SETTINGS,
});

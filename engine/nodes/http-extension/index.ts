import { AVA } from '../../topology/node-definition.js';
import { defineNode, NO_SETTINGS } from '../node-type.js';
import { HttpExtension } from './schema.js';

export const httpExtension = defineNode({
  type: `${AVA}HttpExtension`,
  family: 'processor',
  schema: HttpExtension,
  provides: [
    { stream: 'pictures', found: 'objects' },
    { stream: 'events', topic: 'objects' },
  ],
  takes: [{ stream: 'pictures' }],
  settings: () => NO_SETTINGS,
});

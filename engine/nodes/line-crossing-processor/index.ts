import { AVA } from '../../topology/node-definition.js';
import { checkUniqueNames } from '../../topology/schema/node-parts.js';
import { defineNode, NO_SETTINGS } from '../node-type.js';
import { LineCrossingProcessor } from './schema.js';

export const lineCrossingProcessor = defineNode<{ lines: unknown }, object>({
  type: `${AVA}LineCrossingProcessor`,
  family: 'processor',
  schema: LineCrossingProcessor,
  provides: [{ stream: 'events', topic: 'crossings' }],
  takes: [{ stream: 'events', topics: ['objects', 'tracks'] }],
  checkDocument: ({ lines }, check) => checkUniqueNames(lines, 'line', check),
  settings: () => NO_SETTINGS,
});

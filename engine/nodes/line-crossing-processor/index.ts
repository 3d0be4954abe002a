import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { checkLines } from './checks.js';
import { LineCrossingNode } from './node.js';
import { LineCrossingProcessor } from './schema.js';
import { lineCrossingSettings } from './settings.js';

export const lineCrossingProcessor = defineNode({
  type: `${AVA}LineCrossingProcessor`,
  family: 'processor',
  schema: LineCrossingProcessor,
  provides: [{ stream: 'events', topic: 'crossings' }],
  takes: [{ stream: 'events', topics: ['objects', 'tracks'] }],
  checkDocument: checkLines,
  settings: lineCrossingSettings,
  run: LineCrossingNode,
});

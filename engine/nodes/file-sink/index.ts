import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { FileSinkNode } from './node.js';
import { FileSink } from './schema.js';
import { fileSinkSettings } from './settings.js';

export const fileSink = defineNode({
  type: `${AVA}FileSink`,
  family: 'sink',
  schema: FileSink,
  provides: [],
  takes: [{ stream: 'media', tracks: ['video', 'audio'], origins: ['gate'] }],
  single: true,
  settings: fileSinkSettings,
  run: FileSinkNode,
});

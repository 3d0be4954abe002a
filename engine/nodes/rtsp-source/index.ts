import { AVA } from '../../topology/node-definition.js';
import { TRACK_KINDS } from '../../topology/streams.js';
import { defineNode } from '../node-type.js';
import { RtspSourceNode } from './node.js';
import { RtspSource } from './schema.js';
import { rtspSourceSettings } from './settings.js';

export const rtspSource = defineNode({
  type: `${AVA}RtspSource`,
  family: 'source',
  schema: RtspSource,
  provides: [
    { stream: 'media', tracks: TRACK_KINDS, origin: 'camera' },
    { stream: 'pictures', found: 'nothing' },
  ],
  takes: [],
  single: true,
  settings: rtspSourceSettings,
  endpoint: ({ endpoint }) => endpoint,
  run: RtspSourceNode,
});

import { AVA } from '../../topology/node-definition.js';
import { defineNode, NO_SETTINGS } from '../node-type.js';
import { checkMedia } from './checks.js';
import { VideoSink } from './schema.js';

export const videoSink = defineNode({
  type: `${AVA}VideoSink`,
  family: 'sink',
  schema: VideoSink,
  provides: [],
  takes: [{ stream: 'media' }, { stream: 'events', topics: ['motion', 'objects', 'tracks', 'people', 'crossings'] }],
  placement: 'Needs at least one input that provides media.',
  checkGraph: checkMedia,
  settings: () => NO_SETTINGS,
});

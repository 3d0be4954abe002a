import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { checkMedia } from './checks.js';
import { VideoSinkNode } from './node.js';
import { VideoSink } from './schema.js';
import { videoSinkSettings } from './settings.js';

export const videoSink = defineNode({
  type: `${AVA}VideoSink`,
  family: 'sink',
  schema: VideoSink,
  provides: [],
  takes: [{ stream: 'media' }, { stream: 'events', topics: ['motion', 'objects', 'tracks', 'people', 'crossings'] }],
  placement: 'Needs at least one input that provides media.',
  checkGraph: checkMedia,
  settings: videoSinkSettings,
  run: VideoSinkNode,
});

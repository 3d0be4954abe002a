import { AVA } from '../../topology/node-definition.js';
import { defineNode } from '../node-type.js';
import { checkMedia } from './checks.js';
import { VideoSinkNode } from './node.js';
import { VideoSink, type VideoSinkDocument } from './schema.js';
import { type VideoSinkSettings, videoSinkSettings } from './settings.js';

export const videoSink = defineNode<VideoSinkDocument, VideoSinkSettings>({
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

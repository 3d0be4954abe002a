import { AVA } from '../../topology/node-definition.js';
import { TRACK_KINDS } from '../../topology/streams.js';
import { defineNode } from '../node-type.js';
import { checkNeighbours, checkTimes } from './checks.js';
import { SignalGateNode } from './node.js';
import { SignalGateProcessor } from './schema.js';
import { gateSettings } from './settings.js';

export const signalGateProcessor = defineNode({
  type: `${AVA}SignalGateProcessor`,
  family: 'processor',
  schema: SignalGateProcessor,
  provides: [{ stream: 'media', tracks: TRACK_KINDS, origin: 'gate' }],
  takes: [{ stream: 'media', origins: ['camera'] }, { stream: 'events' }],
  forwardsMedia: true,
  placement: 'Needs the RtspSource and at least one node that provides events as inputs, and a sink behind it.',
  checkDocument: checkTimes,
  checkGraph: checkNeighbours,
  settings: gateSettings,
  run: SignalGateNode,
});

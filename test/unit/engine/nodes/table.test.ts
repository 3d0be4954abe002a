import { describe, expect, it } from 'vitest';
import type { AnyNodeType, RunningNode } from '../../../../engine/nodes/node-type.js';
import { NODE_TYPES } from '../../../../engine/nodes/table.js';
import { shortType } from '../../../../engine/topology/node-definition.js';
import { NodeRig } from '../../../kit/node-rig.js';
import {
  cognitive,
  fileSink,
  gate,
  grpc,
  http,
  hubSink,
  hubSource,
  type Json,
  lineCrossing,
  motion,
  onvifSource,
  rtspSource,
  topologyOf,
  tracker,
  videoSink,
} from '../../../kit/topologies.js';
import { resolvePipeline, validateTopology } from '../../../kit/topology.js';

/** One node of each type. */
const everything = (): Json =>
  topologyOf(
    rtspSource(),
    hubSource(),
    onvifSource(),
    http(),
    grpc(),
    cognitive(),
    tracker('http'),
    lineCrossing('tracker'),
    motion(),
    gate('motion', 'rtspSource', 'hubSource', 'onvif'),
    fileSink(),
    videoSink('gate'),
    hubSink(),
    hubSink('crossing', 'crossings'),
  );

const settingsOf = (type: AnyNodeType): unknown => {
  const { topology } = validateTopology(everything());
  const parameters = [{ name: 'rtspUrl', value: 'rtsp://camera/1' }];
  const { pipeline } = resolvePipeline(topology!, { name: 'p1', parameters });
  const node = pipeline!.nodes.find(({ definition }) => definition.type === type.type);
  if (!node) throw new Error(`'everything' has no ${type.type}`);
  return node.settings;
};

/** What a node has begun. */
const begun = (rig: NodeRig, timers: number) => ({
  timers: rig.clock.pendingTimers - timers,
  events: rig.journal.drafts,
  sessions: rig.cameras.sessions,
  ingests: rig.bridge.ingests.length,
  decoders: rig.bridge.decodes.length,
  muxes: rig.bridge.muxes.length,
  detectors: rig.motion.cameras.length + rig.tracker.trackers.length,
  delivered: rig.inputs.deliver('trigger', {}).delivered,
});

const NOTHING = {
  timers: 0,
  events: [],
  sessions: [],
  ingests: 0,
  decoders: 0,
  muxes: 0,
  detectors: 0,
  delivered: 0,
};

/** A node whose links must not be looked at: its neighbours may not exist yet. */
const made = (rig: NodeRig, type: AnyNodeType): RunningNode => {
  const links = new Proxy(rig.links(), {
    get: () => {
      throw new Error('the links are looked at');
    },
  });
  return new type.run(settingsOf(type), rig.context(), links);
};

describe.each(NODE_TYPES.map((type) => [shortType(type.type), type] as const))('a %s', (_, type) => {
  it('begins nothing when it is made', () => {
    const rig = new NodeRig();
    const timers = rig.clock.pendingTimers;
    made(rig, type);
    expect(begun(rig, timers)).toEqual(NOTHING);
  });

  it('can be stopped without a start, and twice', async () => {
    const rig = new NodeRig();
    const timers = rig.clock.pendingTimers;
    const node = made(rig, type);
    for (let count = 0; count < 2; count++) {
      await node.stop();
      await node.release?.();
    }
    expect(begun(rig, timers)).toEqual(NOTHING);
  });
});

it('the table lists each type once, sources before processors before sinks', () => {
  expect(new Set(NODE_TYPES.map(({ type }) => type)).size).toBe(NODE_TYPES.length);
  const families = NODE_TYPES.map(({ family }) => family);
  expect(families).toEqual([...families].sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b)));
});

const ORDER = ['source', 'processor', 'sink'];

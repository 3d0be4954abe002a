import { describe, expect, it } from 'vitest';
import { NODE_TYPES, nodeTable } from '../../../../engine/nodes/table.js';
import { shortType } from '../../../../engine/topology/node-definition.js';
import { NodeTable } from '../../../../engine/topology/node-table.js';

const EXTENSIONS = ['HttpExtension', 'GrpcExtension', 'CognitiveServicesVisionProcessor'];
const FINDERS = ['MotionDetectionProcessor', ...EXTENSIONS];
const ANALYSERS = [...FINDERS, 'ObjectTrackingProcessor', 'LineCrossingProcessor'];

/** AVA's rules, and OnvifEventSource as a source of events. */
const IN_FRONT: Record<string, string[]> = {
  RtspSource: [],
  IotHubMessageSource: [],
  OnvifEventSource: [],
  MotionDetectionProcessor: ['RtspSource'],
  SignalGateProcessor: ['RtspSource', 'IotHubMessageSource', 'OnvifEventSource', ...ANALYSERS],
  HttpExtension: ['RtspSource', ...FINDERS],
  GrpcExtension: ['RtspSource', ...FINDERS],
  CognitiveServicesVisionProcessor: ['RtspSource', ...FINDERS],
  ObjectTrackingProcessor: ['HttpExtension', 'GrpcExtension'],
  LineCrossingProcessor: ['HttpExtension', 'GrpcExtension', 'ObjectTrackingProcessor'],
  FileSink: ['SignalGateProcessor'],
  VideoSink: ['RtspSource', 'SignalGateProcessor', ...ANALYSERS],
  IotHubMessageSink: ['OnvifEventSource', ...ANALYSERS],
};

describe('the table of node types', () => {
  it('has a rule here for each of them', () => {
    expect(NODE_TYPES.map(({ type }) => shortType(type)).sort()).toEqual(Object.keys(IN_FRONT).sort());
  });

  it.each(NODE_TYPES.map((type) => [shortType(type.type), type] as const))(
    'lets stand in front of a %s what AVA does',
    (name, type) => {
      const inFront = nodeTable.inFrontOf(type).map((one) => shortType(one.type));
      expect(inFront.sort()).toEqual([...IN_FRONT[name]!].sort());
    },
  );

  it('finds a type by its full name, and no other', () => {
    for (const type of NODE_TYPES) expect(nodeTable.get(type.type)).toBe(type);
    expect(nodeTable.get('RtspSource')).toBeUndefined();
  });

  it('has each type in its family, in the order of the list', () => {
    const families = (['source', 'processor', 'sink'] as const).map((family) => nodeTable.of(family));
    expect(families.flat()).toEqual(NODE_TYPES);
    expect(families.map(({ length }) => length)).toEqual([3, 7, 3]);
  });

  it('refuses a type that is listed twice', () => {
    const [first] = NODE_TYPES;
    expect(() => new NodeTable([...NODE_TYPES, { ...first! }])).toThrow('listed twice');
  });
});

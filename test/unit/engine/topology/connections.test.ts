import { describe, expect, it } from 'vitest';
import {
  cognitive,
  evrTopology,
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
  video,
  videoSink,
} from '../../../kit/topologies.js';
import { validateTopology } from '../../../kit/topology.js';

const problemsOf = (...nodes: Json[]) => validateTopology(topologyOf(...nodes)).problems;
const withSelector = (node: Json, input: number, value: string, operator = 'is'): Json => {
  node.inputs[input].outputSelectors = [{ property: 'mediaType', operator, value }];
  return node;
};
const named = (node: Json, name: string): Json => ({ ...node, name });

describe('graphs that are right', () => {
  it.each<[string, Json[]]>([
    ['motion to a file', [rtspSource(), motion(), gate(), fileSink()]],
    ['motion to the hub', [rtspSource(), motion(), hubSink()]],
    ['a message to a file', [rtspSource(), hubSource(), gate('hubSource', 'rtspSource'), fileSink()]],
    ['an ONVIF event to a file', [rtspSource(), onvifSource(), gate('onvif', 'rtspSource'), fileSink()]],
    ['ONVIF events to the hub', [onvifSource(), hubSink('onvif')]],
    ['continuous recording', [rtspSource(), videoSink()]],
    ['audio and video', [rtspSource(), withSelector(videoSink(), 0, 'application', 'isNot')]],
    ['a gate to file and archive', [rtspSource(), motion(), gate(), fileSink(), videoSink('gate')]],
    ['extension behind motion', [rtspSource(), motion(), http('motion'), hubSink('http')]],
    ['extensions in a chain', [rtspSource(), grpc(), http('grpc'), hubSink('http')]],
    ['extensions side by side', [rtspSource(), http(), grpc(), hubSink('http'), hubSink('grpc', 'other')]],
    ['tracker and line crossing', [rtspSource(), http(), tracker(), lineCrossing(), hubSink('crossing')]],
    ['a line behind an extension', [rtspSource(), http(), lineCrossing('http'), hubSink('crossing')]],
    ['metadata beside media', [rtspSource(), http(), tracker(), videoSink('rtspSource', 'tracker')]],
    ['vision opens a gate', [rtspSource(), cognitive(), gate('vision', 'rtspSource'), videoSink('gate')]],
    [
      'two events for one gate',
      [rtspSource(), hubSource(), motion(), gate('motion', 'hubSource', 'rtspSource'), fileSink()],
    ],
    ['two gates', [rtspSource(), motion(), gate(), named(gate(), 'gate2'), fileSink(), videoSink('gate2')]],
    ['a gate for sound alone', [rtspSource(), motion(), withSelector(gate(), 1, 'audio'), fileSink()]],
  ])('%s', (_, nodes) => {
    expect(problemsOf(...nodes)).toEqual([]);
  });
});

describe('graphs that are wrong', () => {
  it.each<[string, Json[], string, RegExp]>([
    [
      'two cameras',
      [rtspSource(), named(rtspSource(), 'second'), motion(), hubSink()],
      '/properties/sources/1',
      /at most one/,
    ],
    [
      'two file sinks',
      [rtspSource(), motion(), gate(), fileSink(), fileSink('gate', 'second')],
      '/properties/sinks/1',
      /at most one/,
    ],
    ['two nodes of a name', [rtspSource(), motion(), motion(), hubSink()], '/properties/processors/1/name', /unique/],
    [
      'an unknown node name',
      [rtspSource(), motion('rtspSauce'), hubSink()],
      '/properties/processors/0/inputs/0/nodeName',
      /no node "rtspSauce" \(did you mean 'rtspSource'\?\)/,
    ],
    [
      'a file sink on a motion detector',
      [rtspSource(), motion(), fileSink('motion')],
      '/properties/sinks/0/inputs/0',
      /SignalGateProcessor/,
    ],
    [
      'a file sink on the camera',
      [rtspSource(), fileSink('rtspSource')],
      '/properties/sinks/0/inputs/0',
      /SignalGateProcessor/,
    ],
    [
      'a file sink on an extension',
      [rtspSource(), http(), fileSink('http')],
      '/properties/sinks/0/inputs/0',
      /SignalGateProcessor/,
    ],
    ['hub to hub', [hubSource(), hubSink('hubSource')], '/properties/sinks/0/inputs/0', /cannot be directly behind/],
    [
      'the camera to the hub',
      [rtspSource(), hubSink('rtspSource')],
      '/properties/sinks/0/inputs/0',
      /cannot be directly behind/,
    ],
    [
      'motion twice in a row',
      [rtspSource(), motion(), named(motion('motion'), 'again'), hubSink('again')],
      '/properties/processors/1/inputs/0',
      /RtspSource/,
    ],
    [
      'motion behind an extension',
      [rtspSource(), http(), motion('http'), hubSink()],
      '/properties/processors/1/inputs/0',
      /RtspSource/,
    ],
    [
      'motion on messages',
      [hubSource(), motion('hubSource'), hubSink()],
      '/properties/processors/0/inputs/0',
      /RtspSource/,
    ],
    [
      'gate behind a gate',
      [rtspSource(), motion(), gate(), named(gate('gate', 'rtspSource'), 'two'), fileSink('two')],
      '/properties/processors/2/inputs/0',
      /cannot be directly behind/,
    ],
    [
      'an extension behind a gate',
      [rtspSource(), motion(), gate(), fileSink(), http('gate'), hubSink('http')],
      '/properties/processors/2/inputs/0',
      /cannot be directly behind/,
    ],
    [
      'a gate without media',
      [rtspSource(), motion(), gate('motion'), fileSink()],
      '/properties/processors/1/inputs',
      /needs the RtspSource/,
    ],
    [
      'a gate without events',
      [rtspSource(), gate('rtspSource'), fileSink()],
      '/properties/processors/0/inputs',
      /brings events/,
    ],
    [
      'a gate that leads nowhere',
      [rtspSource(), motion(), gate(), hubSink()],
      '/properties/processors/1',
      /must be followed/,
    ],
    [
      'a tracker on the camera',
      [rtspSource(), tracker('rtspSource'), hubSink('tracker')],
      '/properties/processors/0/inputs/0',
      /HttpExtension, GrpcExtension/,
    ],
    [
      'a tracker behind vision',
      [rtspSource(), cognitive(), tracker('vision'), hubSink('tracker')],
      '/properties/processors/1/inputs/0',
      /cannot be directly behind/,
    ],
    [
      'a tracker far behind vision',
      [rtspSource(), cognitive(), http('vision'), tracker(), hubSink('tracker')],
      '/properties/processors/2',
      /cannot be behind 'vision'/,
    ],
    [
      'a line behind motion',
      [rtspSource(), motion(), lineCrossing('motion'), hubSink('crossing')],
      '/properties/processors/1/inputs/0',
      /cannot be directly behind/,
    ],
    [
      'an archive of metadata alone',
      [rtspSource(), http(), videoSink('http')],
      '/properties/sinks/0/inputs',
      /for its media/,
    ],
    [
      'video from a tracker into an archive',
      [rtspSource(), http(), tracker(), withSelector(videoSink('rtspSource', 'tracker'), 1, 'video')],
      '/properties/sinks/0/inputs/1',
      /^There are no matching media types between nodes 'tracker' and 'videoSink'$/,
    ],
    [
      'sound for a motion detector',
      [rtspSource(), withSelector(motion(), 0, 'audio'), hubSink()],
      '/properties/processors/0/inputs/0',
      /no matching media types/,
    ],
    [
      'metadata of the camera for a file',
      [rtspSource(), motion(), gate(), withSelector(fileSink(), 0, 'application')],
      '/properties/sinks/0/inputs/0',
      /no matching media types/,
    ],
    [
      'video from a gate that has only sound',
      [rtspSource(), motion(), withSelector(gate(), 1, 'audio'), withSelector(fileSink(), 0, 'video')],
      '/properties/sinks/0/inputs/0',
      /no matching media types between nodes 'gate' and 'fileSink'/,
    ],
    [
      'events without events',
      [rtspSource(), motion(), withSelector(gate(), 0, 'video'), fileSink()],
      '/properties/processors/1/inputs/0',
      /no matching media types/,
    ],
    [
      'a part of its own',
      [rtspSource(), motion(), hubSink(), hubSource()],
      '/properties/sources/1',
      /has parts that are not connected/,
    ],
    [
      'two parts',
      [rtspSource(), motion(), hubSink(), onvifSource(), hubSink('onvif', 'second')],
      '/properties/sources/1',
      /has parts that are not connected: 'onvif'/,
    ],
  ])('%s', (_, nodes, pointer, message) => {
    const problems = problemsOf(...nodes);
    expect(problems).toContainEqual({
      pointer,
      message: expect.stringMatching(message),
      code: 'PipelineValidationError',
    });
  });

  it('selectors that exclude each other leave nothing', () => {
    const node = motion();
    node.inputs[0].outputSelectors = [...video, { property: 'mediaType', operator: 'isNot', value: 'video' }];
    expect(problemsOf(rtspSource(), node, hubSink())).toMatchObject([
      { message: expect.stringMatching(/no matching/) },
    ]);
  });

  it('a cycle is reported once, with its path', () => {
    const problems = problemsOf(rtspSource(), grpc('http'), http('grpc'), hubSink('http'));
    const cycles = problems.filter(({ message }) => message.includes('cycle'));
    expect(cycles).toHaveLength(1);
    expect(cycles[0]!.message).toMatch(/'grpc' → 'http' → 'grpc'|'http' → 'grpc' → 'http'/);
  });

  it('a node that feeds itself is a cycle', () => {
    const problems = problemsOf(rtspSource(), http('http'), hubSink('http'));
    expect(problems.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/'http' → 'http' form a cycle/),
    );
  });

  it('what is behind a cycle is not called one', () => {
    const problems = problemsOf(
      rtspSource(),
      grpc('http'),
      http('grpc'),
      named(http('http'), 'after'),
      hubSink('after'),
    );
    const cycles = problems.filter(({ message }) => message.includes('cycle'));
    expect(cycles).toHaveLength(1);
    expect(cycles[0]!.message).not.toContain('after');
  });

  it('a node of an unknown type is reported once, and those that refer to it are left alone', () => {
    const topology = evrTopology();
    topology.properties.processors[0]['@type'] = '#Microsoft.VideoAnalyzer.MotionDetectionProcesor';
    expect(validateTopology(topology).problems).toEqual([
      {
        pointer: '/properties/processors/0/@type',
        message: expect.stringMatching(/did you mean '#Microsoft\.VideoAnalyzer\.MotionDetectionProcessor'\?/),
        code: 'PipelineValidationError',
      },
    ]);
  });

  it("types of AVA's predecessor are recognised", () => {
    const topology = evrTopology();
    topology.properties.sources[0]['@type'] = '#Microsoft.Media.MediaGraphRtspSource';
    expect(validateTopology(topology).problems[0]?.message).toContain(
      "did you mean '#Microsoft.VideoAnalyzer.RtspSource'?",
    );
  });

  it('problems of the graph are found beside those of values', () => {
    const topology = topologyOf(rtspSource(), motion('nobody'), gate(), fileSink('motion'));
    topology.properties.processors[1].minimumActivationTime = 'PT1S';
    topology.properties.sinks[0].maximumSizeMiB = 'much';
    const pointers = validateTopology(topology).problems.map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining([
        '/properties/processors/0/inputs/0/nodeName',
        '/properties/processors/1/minimumActivationTime',
        '/properties/processors/1',
        '/properties/sinks/0/maximumSizeMiB',
        '/properties/sinks/0/inputs/0',
      ]),
    );
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { describe, expect, it } from 'vitest';
import { parseDecodePolicy } from '../../../../engine/core/decode-policy.js';
import {
  evrTopology,
  fileSink,
  gate,
  grpc,
  http,
  hubSink,
  type Json,
  lineCrossing,
  motion,
  onvifSource,
  rtspSource,
  topologyOf,
  tracker,
  videoSink,
} from '../../../kit/topologies.js';
import { validateTopology } from '../../../kit/topology.js';

type Change = (topology: Json) => void;

const evr = (change: Change): Json => {
  const topology = evrTopology();
  change(topology);
  return topology;
};

const source = (topology: Json): Json => topology.properties.sources[0];
const motionOf = (topology: Json): Json => topology.properties.processors[0];
const gateOf = (topology: Json): Json => topology.properties.processors[1];
const sinkOf = (topology: Json): Json => topology.properties.sinks[0];

describe('values out of bounds', () => {
  const GATE = '/properties/processors/1';
  const SINK = '/properties/sinks/0';
  it.each<[string, Change, string, RegExp]>([
    [
      'a window too long',
      (t) => (gateOf(t).activationEvaluationWindow = 'PT11S'),
      `${GATE}/activationEvaluationWindow`,
      /"PT11S" must be an ISO-8601 duration from PT0S to PT10S/,
    ],
    [
      'a window before now',
      (t) => (gateOf(t).activationEvaluationWindow = '-PT1S'),
      `${GATE}/activationEvaluationWindow`,
      /from PT0S/,
    ],
    [
      'an offset too far back',
      (t) => (gateOf(t).activationSignalOffset = '-PT61S'),
      `${GATE}/activationSignalOffset`,
      /from -PT1M to PT1M/,
    ],
    [
      'an offset too far ahead',
      (t) => (gateOf(t).activationSignalOffset = 'PT60.001S'),
      `${GATE}/activationSignalOffset`,
      /from -PT1M to PT1M/,
    ],
    [
      'a minimum too short',
      (t) => (gateOf(t).minimumActivationTime = 'PT9.9S'),
      `${GATE}/minimumActivationTime`,
      /from PT10S to PT1H/,
    ],
    [
      'a maximum too long',
      (t) => (gateOf(t).maximumActivationTime = 'PT1H1S'),
      `${GATE}/maximumActivationTime`,
      /from PT10S to PT1H/,
    ],
    [
      'a maximum below the minimum',
      (t) => (gateOf(t).minimumActivationTime = 'PT31S'),
      `${GATE}/maximumActivationTime`,
      /"PT30S" must not be less than the minimumActivationTime, "PT31S"/,
    ],
    [
      'no duration',
      (t) => (gateOf(t).minimumActivationTime = '10 seconds'),
      `${GATE}/minimumActivationTime`,
      /"10 seconds" must be an ISO-8601 duration/,
    ],
    [
      'a number for a duration',
      (t) => (gateOf(t).minimumActivationTime = 10),
      `${GATE}/minimumActivationTime`,
      /10 must be a string/,
    ],
    [
      'an unknown sensitivity',
      (t) => (motionOf(t).sensitivity = 'hihg'),
      '/properties/processors/0/sensitivity',
      /"hihg" must be one of low, medium, high/,
    ],
    [
      'no boolean',
      (t) => (motionOf(t).outputMotionRegion = 'yes'),
      '/properties/processors/0/outputMotionRegion',
      /must be true or false/,
    ],
    [
      'an unknown priority',
      (t) => (source(t).priority = 'highest'),
      '/properties/sources/0/priority',
      /"highest" must be one of low, normal, high/,
    ],
    [
      'an unknown transport',
      (t) => (source(t).transport = 'udp'),
      '/properties/sources/0/transport',
      /"udp" must be one of tcp, http/,
    ],
    [
      'another kind of address',
      (t) => (source(t).endpoint.url = 'http://camera/'),
      '/properties/sources/0/endpoint/url',
      /^must be a URL beginning with rtsp:\/\/ or rtsps:\/\//,
    ],
    [
      'an address with a pipeline in it',
      (t) => (source(t).endpoint.url = 'rtsp://camera ! filesink'),
      '/properties/sources/0/endpoint/url',
      /must be a URL/,
    ],
    [
      'an unknown endpoint',
      (t) => (source(t).endpoint['@type'] = '#Microsoft.VideoAnalyzer.Endpoint'),
      '/properties/sources/0/endpoint/@type',
      /allowed are #Microsoft\.VideoAnalyzer\.UnsecuredEndpoint/,
    ],
    [
      'an endpoint of no type',
      (t) => delete source(t).endpoint['@type'],
      '/properties/sources/0/endpoint',
      /'@type' is missing/,
    ],
    ['no endpoint', (t) => delete source(t).endpoint, '/properties/sources/0', /'endpoint' is missing/],
    ['null for what is required', (t) => (source(t).endpoint = null), '/properties/sources/0', /'endpoint' is missing/],
    [
      'a misspelt property',
      (t) => (motionOf(t).sensitivty = 'low'),
      '/properties/processors/0/sensitivty',
      /did you mean 'sensitivity'\?\); allowed are @type, sensitivity/,
    ],
    [
      'a property twice in two cases',
      (t) => (motionOf(t).Sensitivity = 'low'),
      '/properties/processors/0/Sensitivity',
      /'sensitivity' is given twice/,
    ],
    [
      'a relative folder',
      (t) => (sinkOf(t).baseDirectoryPath = 'media'),
      `${SINK}/baseDirectoryPath`,
      /"media" must be an absolute path/,
    ],
    [
      'a pattern without a variable',
      (t) => (sinkOf(t).fileNamePattern = 'clip'),
      `${SINK}/fileNamePattern`,
      /"clip" must contain at least one system variable/,
    ],
    [
      'a pattern with only a parameter',
      (t) => (sinkOf(t).fileNamePattern = 'clip-${motionSensitivity}'),
      `${SINK}/fileNamePattern`,
      /at least one system variable/,
    ],
    [
      'a pattern too long',
      (t) => (sinkOf(t).fileNamePattern = `\${System.Runtime.DateTime}${'x'.repeat(240)}`),
      `${SINK}/fileNamePattern`,
      /at most 260/,
    ],
    [
      'no size',
      (t) => (sinkOf(t).maximumSizeMiB = '0'),
      `${SINK}/maximumSizeMiB`,
      /"0" must be a whole number from 1 to 2147483647/,
    ],
    [
      'half a size',
      (t) => (sinkOf(t).maximumSizeMiB = '1.5'),
      `${SINK}/maximumSizeMiB`,
      /"1.5" must be a whole number/,
    ],
    [
      'a size in words',
      (t) => (sinkOf(t).maximumSizeMiB = 'Infinity'),
      `${SINK}/maximumSizeMiB`,
      /must be a whole number/,
    ],
    ['no name', (t) => delete t.name, '', /'name' is missing/],
    ['a name with a blank', (t) => (t.name = 'two words'), '/name', /letters, digits or dashes/],
    ['a name that ends in a dash', (t) => (t.name = 'name-'), '/name', /no dash at either end/],
    ['a name of 33 letters', (t) => (t.name = 'x'.repeat(33)), '/name', /1 to 32/],
    ['another version', (t) => (t['@apiVersion'] = '2.0'), '/@apiVersion', /"2.0" must be one of 1.0, 1.1/],
    ['no sources', (t) => (t.properties.sources = []), '/properties/sources', /at least 1/],
    ['no sinks', (t) => delete t.properties.sinks, '/properties', /'sinks' is missing/],
    ['no properties', (t) => delete t.properties, '', /'properties' is missing/],
    ['a node that is none', (t) => (t.properties.sinks[0] = 7), SINK, /7 must be an object/],
    [
      'a list that is none',
      (t) => (t.properties.processors = {}),
      '/properties/processors',
      /an object must be an array/,
    ],
    ['no inputs', (t) => (sinkOf(t).inputs = []), `${SINK}/inputs`, /at least 1/],
    [
      'an unknown operator',
      (t) => (motionOf(t).inputs[0].outputSelectors = [{ property: 'mediaType', operator: 'was', value: 'video' }]),
      '/properties/processors/0/inputs/0/outputSelectors/0/operator',
      /"was" must be one of is, isNot/,
    ],
    [
      'an unknown medium',
      (t) => (motionOf(t).inputs[0].outputSelectors = [{ property: 'mediaType', operator: 'is', value: 'smell' }]),
      '/properties/processors/0/inputs/0/outputSelectors/0/value',
      /must be one of audio, video, application/,
    ],
    [
      'a decode policy without a number',
      (t) => (motionOf(t).decodePolicy = 'fps'),
      '/properties/processors/0/decodePolicy',
      /keyframes, full, or fps:N/,
    ],
    [
      'an unknown policy for what is hardly seen',
      (t) => (motionOf(t).whenInsensitive = 'ignore'),
      '/properties/processors/0/whenInsensitive',
      /must be one of report, record/,
    ],
    [
      'a decode policy too fast',
      (t) => (motionOf(t).decodePolicy = 'fps:121'),
      '/properties/processors/0/decodePolicy',
      /from 1 to 120/,
    ],
    [
      'a node name with a slash',
      (t) => (motionOf(t).name = 'a/b'),
      '/properties/processors/0/name',
      /must not contain/,
    ],
  ])('%s', (_, change, pointer, message) => {
    const { topology, problems } = validateTopology(evr(change));
    expect(topology).toBeUndefined();
    expect(problems).toContainEqual({
      pointer,
      message: expect.stringMatching(message),
      code: 'PipelineValidationError',
    });
  });

  const sinkWith = (properties: Json): Json => topologyOf(rtspSource(), { ...videoSink(), ...properties });
  it.each<[string, Json, string]>([
    ['a title too long', { title: 'x'.repeat(257) }, 'title'],
    ['a description too long', { description: 'x'.repeat(2049) }, 'description'],
    ['a segment too short', { segmentLength: 'PT20S' }, 'segmentLength'],
    ['a segment too long', { segmentLength: 'PT5M30S' }, 'segmentLength'],
    ['a segment between the steps', { segmentLength: 'PT45S' }, 'segmentLength'],
    ['half a day', { retentionPeriod: 'P1DT12H' }, 'retentionPeriod'],
  ])('of a video: %s', (_, videoCreationProperties, property) => {
    const { problems } = validateTopology(sinkWith({ videoCreationProperties }));
    expect(problems.map(({ pointer }) => pointer)).toEqual([`/properties/sinks/0/videoCreationProperties/${property}`]);
  });

  it('the variables of a moment are not for names of videos', () => {
    const { problems } = validateTopology(sinkWith({ videoName: 'v-${System.Runtime.DateTime}' }));
    expect(problems).toMatchObject([
      { pointer: '/properties/sinks/0/videoName', message: expect.stringMatching(/only in the fileNamePattern/) },
    ]);
    expect(validateTopology(sinkWith({ videoName: 'v-${System.PipelineName}' })).problems).toEqual([]);
  });

  it('hub names have at most 50 characters', () => {
    const named = (hubOutputName: string) =>
      validateTopology(topologyOf(rtspSource(), motion(), { ...hubSink(), hubOutputName })).problems;
    expect(named('x'.repeat(50))).toEqual([]);
    expect(named('x'.repeat(51))).toMatchObject([{ pointer: '/properties/sinks/0/hubOutputName' }]);
  });

  it.each([
    ['[[0.5,0.1]]', /has 1 point; exactly 2/],
    ['[[0.5,0.1],[1.5,0.9]]', /outside of 0..1/],
    ['[[0.5,0.1],[null,0.9]]', /outside of 0..1/],
    ['[[0.5],[0.5,0.9]]', /not \[x,y\]/],
    ['0.5,0.1', /is not JSON/],
    ['{}', /must be an array/],
  ])('a line %s', (line, message) => {
    const node = lineCrossing();
    node.lines[0].line = line;
    const { problems } = validateTopology(topologyOf(rtspSource(), http(), tracker(), node, hubSink('crossing')));
    expect(problems).toMatchObject([
      { pointer: '/properties/processors/2/lines/0/line', message: expect.stringMatching(message) },
    ]);
  });

  it('pictures for an extension', () => {
    const node = grpc();
    node.image = {
      scale: { mode: 'crop', width: '0' },
      format: { '@type': '#Microsoft.VideoAnalyzer.ImageFormatJpeg', quality: '101' },
    };
    node.dataTransfer = { mode: 'embedded', sharedMemorySizeMiB: '75' };
    const { problems } = validateTopology(topologyOf(rtspSource(), node, hubSink('grpc')));
    expect(problems.map(({ pointer }) => pointer)).toEqual([
      '/properties/processors/0/image/scale/mode',
      '/properties/processors/0/image/scale/width',
      '/properties/processors/0/image/format/quality',
      '/properties/processors/0/dataTransfer/sharedMemorySizeMiB',
    ]);
  });
});

it.each(['keyframes', 'FULL', 'fps:1', 'fps:120', 'fps:121', 'fps:0', 'fps:2.5', 'fps', 'fps:', '', 'all', ' full '])(
  'the decode policy %j is allowed here exactly if the scheduler knows it',
  (text) => {
    const known = parseDecodePolicy(text) !== undefined;
    const { problems } = validateTopology(evr((t) => (motionOf(t).decodePolicy = text)));
    expect(problems.length === 0).toBe(known);
  },
);

describe('zones', () => {
  const withZones = (zones: Json, ...parameters: Json[]) => {
    const topology = evr((t) => (motionOf(t).zones = zones));
    topology.properties.parameters.push(...parameters);
    return validateTopology(topology);
  };
  const door = { name: 'door', polygon: '[[0,0],[0.5,0],[0.5,1]]' };

  it('are read, with their defaults', () => {
    const { topology, problems } = withZones([{ ...door, Sensitivity: 'HIGH', minimumSize: 0.01 }]);
    expect(problems).toEqual([]);
    expect(topology!.properties.processors![0]).toMatchObject({
      zones: [{ ...door, kind: 'include', sensitivity: 'high', minimumSize: '0.01' }],
    });
  });

  it('may have their corners in plain JSON', () => {
    const { topology } = withZones([
      {
        ...door,
        polygon: [
          [0, 0],
          ['0.5', 0],
          [0.5, 1],
        ],
      },
    ]);
    expect(topology!.properties.processors![0]).toMatchObject({ zones: [{ polygon: '[[0,0],["0.5",0],[0.5,1]]' }] });
  });

  it('may be a text, which a parameter can carry', () => {
    const text = JSON.stringify([door]);
    expect(withZones(text).topology!.properties.processors![0]).toMatchObject({
      zones: [{ ...door, kind: 'include' }],
    });
    const zones = { name: 'zones', type: 'string' };
    expect(withZones('${zones}', zones).problems).toEqual([]);
    expect(withZones('${zones}', { ...zones, default: text }).problems).toEqual([]);
    expect(withZones('${zones}', { ...zones, default: '[{"name":"x"}]' }).problems).toMatchObject([
      { pointer: '/properties/processors/0/zones/0', message: "'polygon' is missing" },
    ]);
    expect(withZones('${zones}', { ...zones, default: 'none' }).problems).toMatchObject([
      { pointer: '/properties/processors/0/zones', message: expect.stringMatching(/must contain an array as JSON/) },
    ]);
  });

  it('a text that nests deeply is no way around the limits', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(withZones(deep).problems).toMatchObject([{ message: expect.stringMatching(/nested deeper than 32/) }]);
  });

  it.each<[string, Json, string]>([
    ['twice the same name', [door, door], '/1/name'],
    ['two corners', [{ ...door, polygon: '[[0,0],[1,1]]' }], '/0/polygon'],
    ['a corner outside', [{ ...door, polygon: '[[0,0],[1,1],[2,0]]' }], '/0/polygon'],
    ['an unknown kind', [{ ...door, kind: 'mask' }], '/0/kind'],
    ['a size over all', [{ ...door, minimumSize: '1.1' }], '/0/minimumSize'],
  ])('%s', (_, zones, pointer) => {
    expect(withZones(zones).problems.map((problem) => problem.pointer)).toEqual([
      `/properties/processors/0/zones${pointer}`,
    ]);
  });
});

describe('leniency', () => {
  it('takes names, types and enums in any case, and numbers and booleans for their texts', () => {
    const topology: Json = {
      '@APIVERSION': '1.0',
      NAME: 'Lenient',
      Properties: {
        Parameters: [
          { Name: 'zeta', Type: 'STRING', Default: 'z' },
          { Name: 'rtspUrl', Type: 'secretstring' },
          { Name: 'size', Type: 'Int', Default: 7 },
        ],
        Sources: [
          {
            '@TYPE': '#microsoft.videoanalyzer.RTSPSource',
            Name: 'camera',
            Transport: 'Tcp',
            Endpoint: { '@type': '#Microsoft.VideoAnalyzer.unsecuredendpoint', URL: '${rtspUrl}', Credentials: null },
          },
        ],
        Processors: [
          { ...motion('camera'), sensitivity: 'Medium', outputMotionRegion: 'False', inputs: [{ NodeName: 'camera' }] },
        ],
        Sinks: [{ ...hubSink(), '@type': '#Microsoft.VideoAnalyzer.IoTHubMessageSink' }],
      },
    };
    expect(validateTopology(topology)).toEqual({
      problems: [],
      topology: {
        name: 'Lenient',
        properties: {
          parameters: [
            { name: 'rtspUrl', type: 'secretString' },
            { name: 'size', type: 'int', default: '7' },
            { name: 'zeta', type: 'string', default: 'z' },
          ],
          sources: [
            {
              '@type': '#Microsoft.VideoAnalyzer.RtspSource',
              transport: 'tcp',
              endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
              name: 'camera',
            },
          ],
          processors: [
            {
              '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
              sensitivity: 'medium',
              outputMotionRegion: false,
              eventAggregationWindow: 'PT1S',
              name: 'motion',
              inputs: [{ nodeName: 'camera', outputSelectors: [] }],
            },
          ],
          sinks: [
            {
              '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink',
              hubOutputName: 'inferenceOutput',
              name: 'hubSink',
              inputs: [{ nodeName: 'motion', outputSelectors: [] }],
            },
          ],
        },
      },
    });
  });

  it('pointers stay in the spelling of the document', () => {
    const topology = evrTopology();
    topology.Properties = topology.properties;
    delete topology.properties;
    topology.Properties.Sinks = topology.Properties.sinks;
    delete topology.Properties.sinks;
    topology.Properties.Sinks[0].MaximumSizeMiB = 'x';
    delete topology.Properties.Sinks[0].maximumSizeMiB;
    topology.Properties.Sinks[0].inputs[0].nodeName = 'nobody';
    expect(validateTopology(topology).problems.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining(['/Properties/Sinks/0/MaximumSizeMiB', '/Properties/Sinks/0/inputs/0/nodeName']),
    );
  });

  it('takes durations and numbers in other spellings', () => {
    const topology = evr((t) => {
      gateOf(t).activationEvaluationWindow = 'PT1.0S';
      gateOf(t).minimumActivationTime = 'PT0.5M';
      gateOf(t).maximumActivationTime = 'pt30s';
      sinkOf(t).maximumSizeMiB = 512;
    });
    expect(validateTopology(topology).problems).toEqual([]);
  });

  it('null is as good as absent for what is optional', () => {
    const topology = evr((t) => {
      source(t).transport = null;
      motionOf(t).zones = null;
      t.properties.description = null;
      t.systemData = null;
    });
    expect(validateTopology(topology).problems).toEqual([]);
  });
});

describe('documents that mean harm', () => {
  it.each<[string, unknown, RegExp]>([
    ['null', null, /null must be an object/],
    ['undefined', undefined, /nothing must be an object/],
    ['a text', 'topology', /"topology" must be an object/],
    ['an array', [], /an array must be an object/],
    ['a number', 0, /0 must be an object/],
    ['a huge text', { name: 'x'.repeat(70_000) }, /more than 65536 characters/],
    ['a huge array', { properties: { sources: new Array(30_000).fill(0) } }, /more than 20000 values/],
    ['many texts', { list: new Array(40).fill('x'.repeat(60_000)) }, /more than 1048576 characters/],
    ['a huge name', { ['x'.repeat(300)]: 1 }, /property name of more than 256/],
  ])('%s', (_, json, message) => {
    const { topology, problems } = validateTopology(json);
    expect(topology).toBeUndefined();
    expect(problems[0]!.message).toMatch(message);
  });

  it('deep nesting', () => {
    let json: Json = {};
    for (let depth = 0; depth < 100_000; depth++) json = { properties: json };
    expect(validateTopology(json).problems).toMatchObject([
      { message: expect.stringMatching(/nested deeper than 32/) },
    ]);
  });

  it('an object that contains itself', () => {
    const json = evrTopology();
    json.properties.processors[0].inputs[0].self = json;
    expect(validateTopology(json).problems).toMatchObject([{ message: expect.stringMatching(/nested deeper/) }]);
  });

  it('an object whose properties throw', () => {
    const json = Object.defineProperty({}, 'name', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(validateTopology(json).problems).toMatchObject([{ message: 'cannot be read: no' }]);
  });

  it('prototypes are left alone', () => {
    const json = JSON.parse(
      '{"name":"T","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"properties":{"__proto__":{"sources":[]},"sources":[{"@type":"__proto__"},{"@type":"constructor"}],"sinks":[]}}',
    );
    const pointers = validateTopology(json).problems.map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/__proto__', '/constructor', '/properties/__proto__']));
    expect(({} as Json).polluted).toBeUndefined();
  });

  it('names out of prototypes are names like any other', () => {
    const camera = { ...rtspSource(), name: '__proto__' };
    const detector = { ...motion('__proto__'), name: 'constructor' };
    const topology = topologyOf(camera, detector, gate('constructor', '__proto__'), fileSink());
    topology.properties.parameters.push({ name: 'toString', type: 'string', default: 'x' });
    expect(validateTopology(topology).problems).toEqual([]);
    expect(validateTopology(topologyOf(rtspSource(), motion('toString'), hubSink())).problems).toMatchObject([
      { message: expect.stringMatching(/there is no node "toString"/) },
    ]);
  });

  it('a thousand mistakes are enough', () => {
    const topology = evr((t) => {
      for (let i = 0; i < 5_000; i++) motionOf(t)[`wrong${i}`] = 1;
    });
    const { problems } = validateTopology(topology);
    expect(problems).toHaveLength(1001);
    expect(problems.at(-1)!.message).toBe('has more than 1000 problems');
  });

  it('pointers are escaped', () => {
    const topology = evr((t) => (motionOf(t)['a/b~c'] = 1));
    expect(validateTopology(topology).problems.map(({ pointer }) => pointer)).toEqual([
      '/properties/processors/0/a~1b~0c',
    ]);
  });
});

it('an ONVIF source is validated like any other node', () => {
  const topology = topologyOf(onvifSource(), hubSink('onvif'));
  topology.properties.sources[0].topics = ['tns1:VideoSource/MotionAlarm', ''];
  expect(validateTopology(topology).problems).toMatchObject([
    { pointer: '/properties/sources/0/topics/1', message: expect.stringMatching(/must not be empty/) },
  ]);
});

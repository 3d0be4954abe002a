// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { describe, expect, it } from 'vitest';
import type { GateSettings } from '../../../../engine/gate/types.js';
import type { FileSinkSettings } from '../../../../engine/nodes/file-sink/settings.js';
import type { MotionDetectionSettings } from '../../../../engine/nodes/motion-detection-processor/settings.js';
import type { RtspSourceSettings } from '../../../../engine/nodes/rtsp-source/settings.js';
import { shortType } from '../../../../engine/topology/node-definition.js';
import type { ResolvedPipeline } from '../../../../engine/topology/resolved.js';
import {
  evrTopology,
  fileSink,
  gate,
  type Json,
  motion,
  onvifSource,
  rtspSource,
  topologyOf,
} from '../../../kit/topologies.js';
import { resolvePipeline, validateTopology } from '../../../kit/topology.js';

const withParameters = (change: (topology: Json) => void, ...parameters: Json[]) => {
  const topology = evrTopology();
  topology.properties.parameters.push(...parameters);
  change(topology);
  return validateTopology(topology);
};

const problemsOf = (change: (topology: Json) => void, ...parameters: Json[]) =>
  withParameters(change, ...parameters).problems;

const valid = (json: Json) => {
  const { topology, problems } = validateTopology(json);
  expect(problems).toEqual([]);
  return topology!;
};

const url = { name: 'rtspUrl', value: 'rtsp://camera/1' };

const resolved = (json: Json, ...parameters: Array<{ name: string; value: string }>): ResolvedPipeline => {
  const { pipeline, problems } = resolvePipeline(valid(json), { name: 'pipeline-1', parameters });
  expect(problems).toEqual([]);
  return pipeline!;
};

interface SettingsOf {
  RtspSource: RtspSourceSettings;
  MotionDetectionProcessor: MotionDetectionSettings;
  SignalGateProcessor: GateSettings;
  FileSink: FileSinkSettings;
}

/** What became of the one node of a type. */
const settingsOf = <T extends keyof SettingsOf>(pipeline: ResolvedPipeline, type: T): SettingsOf[T] =>
  pipeline.nodes.find((node) => shortType(node.definition.type) === type)?.settings as SettingsOf[T];

describe('declarations', () => {
  it.each<[string, Json, string, RegExp]>([
    ['no name', { type: 'string' }, '', /'name' is missing/],
    ['no type', { name: 'x' }, '', /'type' is missing/],
    [
      'an unknown type',
      { name: 'x', type: 'float' },
      '/type',
      /"float" must be one of string, secretString, int, double, bool/,
    ],
    ['a name too long', { name: 'x'.repeat(65), type: 'string' }, '/name', /1 to 64/],
    ['a name that cannot be referred to', { name: 'a}b', type: 'string' }, '/name', /must not contain/],
    ['a name of the system', { name: 'system.Mine', type: 'string' }, '/name', /reserved/],
    ['the same name again', { name: 'rtspUrl', type: 'string' }, '/name', /declared twice/],
    [
      'no whole number',
      { name: 'x', type: 'int', default: '1.5' },
      '/default',
      /"1.5" must be a whole number.*type int/,
    ],
    ['beyond 32 bits', { name: 'x', type: 'int', default: '2147483648' }, '/default', /from -2147483648 to 2147483647/],
    ['no number', { name: 'x', type: 'double', default: 'NaN' }, '/default', /must be a number/],
    ['no boolean', { name: 'x', type: 'bool', default: '1' }, '/default', /must be true or false/],
    ['a default that is an object', { name: 'x', type: 'string', default: {} }, '/default', /must be a string/],
  ])('%s', (_, declaration, pointer, message) => {
    expect(problemsOf(() => {}, declaration)).toContainEqual({
      pointer: `/properties/parameters/4${pointer}`,
      message: expect.stringMatching(message),
      code: 'PipelineValidationError',
    });
  });

  it('of every type are accepted, used or not', () => {
    const parameters = [
      { name: 'a', type: 'int', default: '-2147483648' },
      { name: 'b', type: 'double', default: '2.5e3' },
      { name: 'c', type: 'bool', default: 'True' },
      { name: 'd', type: 'secretString', default: '' },
      { name: 'e', type: 'string' },
    ];
    expect(problemsOf(() => {}, ...parameters)).toEqual([]);
  });
});

describe('references', () => {
  const sink = (t: Json): Json => t.properties.sinks[0];
  it.each<[string, (t: Json) => void, string, RegExp]>([
    [
      'an undeclared parameter',
      (t) => (sink(t).maximumSizeMiB = '${size}'),
      '/properties/sinks/0/maximumSizeMiB',
      /the parameter "size" is not declared/,
    ],
    [
      'a misspelt parameter',
      (t) => (t.properties.sources[0].endpoint.url = '${rtspURL}'),
      '/properties/sources/0/endpoint/url',
      /did you mean 'rtspUrl'\?/,
    ],
    [
      'nothing',
      (t) => (sink(t).baseDirectoryPath = '/var/${}'),
      '/properties/sinks/0/baseDirectoryPath',
      /the parameter "" is not declared/,
    ],
    [
      'an unknown variable',
      (t) => (sink(t).fileNamePattern = 'x-${System.DateTime}'),
      '/properties/sinks/0/fileNamePattern',
      /no system variable "System.DateTime"; variables are System.TopologyName/,
    ],
    [
      'a moment in a folder',
      (t) => (sink(t).baseDirectoryPath = '/var/${System.Runtime.DateTime}'),
      '/properties/sinks/0/baseDirectoryPath',
      /only in the fileNamePattern/,
    ],
  ])('to %s', (_, change, pointer, message) => {
    expect(problemsOf(change)).toContainEqual({
      pointer,
      message: expect.stringMatching(message),
      code: 'PipelineValidationError',
    });
  });

  it('do not work in names and inputs', () => {
    const pointers = problemsOf((t) => {
      t.properties.processors[0].name = '${motionSensitivity}';
      t.properties.processors[1].inputs[0].nodeName = '${motionSensitivity}';
    }).map(({ pointer }) => pointer);
    expect(pointers).toEqual(
      expect.arrayContaining(['/properties/processors/0/name', '/properties/processors/1/inputs/0/nodeName']),
    );
  });

  it('a default that does not fit its place is refused there', () => {
    expect(problemsOf((t) => (t.properties.parameters[3].default = 'extreme'))).toEqual([
      {
        pointer: '/properties/processors/0/sensitivity',
        message: '"extreme" must be one of low, medium, high',
        code: 'PipelineValidationError',
      },
    ]);
  });

  it('a default that is a secret is not told', () => {
    const problems = problemsOf((t) => (t.properties.sinks[0].maximumSizeMiB = '${secret}'), {
      name: 'secret',
      type: 'secretString',
      default: 'hunter2',
    });
    expect(problems).toHaveLength(1);
    expect(JSON.stringify(problems)).not.toContain('hunter2');
  });

  it('a placeholder for an address may stand as a default', () => {
    expect(problemsOf((t) => (t.properties.parameters[0].default = '<your camera>'))).toEqual([]);
  });

  it('a gate whose times come from defaults is checked too', () => {
    const change = (t: Json) => (t.properties.processors[1].minimumActivationTime = '${minimum}');
    expect(problemsOf(change, { name: 'minimum', type: 'string', default: 'PT40S' })).toMatchObject([
      { pointer: '/properties/processors/1/maximumActivationTime' },
    ]);
    expect(problemsOf(change, { name: 'minimum', type: 'string', default: 'PT20S' })).toEqual([]);
    expect(problemsOf(change, { name: 'minimum', type: 'string' })).toEqual([]);
  });
});

describe('putting parameters in', () => {
  it('works inside of longer texts, several times, and for every kind of property', () => {
    const topology = evrTopology();
    topology.properties.parameters.push(
      { name: 'host', type: 'string' },
      { name: 'port', type: 'int', default: '554' },
      { name: 'seconds', type: 'double', default: '2.5' },
      { name: 'regions', type: 'bool', default: 'true' },
      { name: 'site', type: 'string', default: 'north' },
      { name: 'policy', type: 'string', default: 'FPS:15' },
    );
    topology.properties.sources[0].endpoint.url = 'rtsp://${host}:${port}/${System.PipelineName}?site=${site}';
    topology.properties.processors[0].outputMotionRegion = '${regions}';
    topology.properties.processors[0].eventAggregationWindow = 'PT${seconds}S';
    topology.properties.processors[0].decodePolicy = '${policy}';
    topology.properties.sinks[0].baseDirectoryPath = '/var/${site}/${System.TopologyName}';
    topology.properties.sinks[0].fileNamePattern =
      '${site}-${System.PipelineName}-${System.Runtime.PreciseDateTime}-${site}';
    topology.properties.sinks[0].maximumSizeMiB = '${port}';
    const pipeline = resolved(topology, url, { name: 'host', value: 'cam' }, { name: 'regions', value: 'FALSE' });
    expect(settingsOf(pipeline, 'RtspSource').endpoint.url).toBe('rtsp://cam:554/pipeline-1?site=north');
    expect(settingsOf(pipeline, 'MotionDetectionProcessor')).toMatchObject({
      outputMotionRegion: false,
      eventAggregationWindow: 2_500_000,
      decodePolicy: { kind: 'fps', fps: 15 },
    });
    expect(settingsOf(pipeline, 'FileSink')).toMatchObject({
      baseDirectoryPath: '/var/north/Test-Topology',
      fileNamePattern: 'north-pipeline-1-${System.Runtime.PreciseDateTime}-north',
      maximumSizeMiB: 554,
    });
  });

  it('happens once: what a value contains stays as it is', () => {
    const value = '$& ${rtspUrl} ${motionSensitivity} $1';
    const pipeline = resolved(
      evrTopology(),
      url,
      { name: 'rtspPassword', value },
      { name: 'rtspUserName', value: '${' },
    );
    expect(settingsOf(pipeline, 'RtspSource').endpoint.credentials).toEqual({
      type: 'usernamePassword',
      username: '${',
      password: value,
    });
  });

  it('a text without an end is plain text', () => {
    const topology = evrTopology();
    topology.properties.sources[0].endpoint.credentials.password = 'pa${ss$word';
    const { credentials } = settingsOf(resolved(topology, url), 'RtspSource').endpoint;
    expect(credentials).toMatchObject({ password: 'pa${ss$word' });
  });

  it('zones come through a parameter', () => {
    const topology = evrTopology();
    topology.properties.parameters.push({ name: 'zones', type: 'string', default: '[]' });
    topology.properties.processors[0].zones = '${zones}';
    expect(settingsOf(resolved(topology, url), 'MotionDetectionProcessor').zones).toEqual([]);
    const value = '[{"name":"${rtspUrl}","kind":"Exclude","polygon":[[0,0],[1,0],[1,1]],"minimumSize":"0.5"}]';
    expect(settingsOf(resolved(topology, url, { name: 'zones', value }), 'MotionDetectionProcessor').zones).toEqual([
      {
        name: '${rtspUrl}',
        kind: 'exclude',
        polygon: [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
        minimumSize: 0.5,
      },
    ]);
  });

  it('the gate has defaults, and a maximum that is not below the minimum', () => {
    const settings = (times: Json) => {
      const node = gate();
      for (const name of [
        'activationEvaluationWindow',
        'activationSignalOffset',
        'minimumActivationTime',
        'maximumActivationTime',
      ]) {
        delete node[name];
      }
      const json = topologyOf(rtspSource(), motion(), { ...node, ...times }, fileSink());
      return settingsOf(resolved(json, url), 'SignalGateProcessor');
    };
    const seconds = (minimum: number, maximum: number) => ({
      activationEvaluationWindow: 1e6,
      activationSignalOffset: 0,
      minimumActivationTime: minimum * 1e6,
      maximumActivationTime: maximum * 1e6,
    });
    expect(settings({})).toEqual(seconds(30, 30));
    expect(settings({ minimumActivationTime: 'PT20S' })).toEqual(seconds(20, 30));
    expect(settings({ minimumActivationTime: 'PT40S' })).toEqual(seconds(40, 40));
    expect(settings({ maximumActivationTime: 'PT40S' })).toEqual(seconds(30, 40));
    expect(settings({ maximumActivationTime: 'PT15S' })).toEqual(seconds(15, 15));
  });

  it('TLS options arrive', () => {
    const topology = evrTopology();
    topology.properties.sources[0].endpoint = {
      '@type': '#Microsoft.VideoAnalyzer.TlsEndpoint',
      url: '${rtspUrl}',
      credentials: {
        '@type': '#Microsoft.VideoAnalyzer.HttpHeaderCredentials',
        headerName: 'X-Key',
        headerValue: '${rtspPassword}',
      },
      trustedCertificates: { '@type': '#Microsoft.VideoAnalyzer.PemCertificateList', certificates: ['PEM 1', 'PEM 2'] },
      validationOptions: { ignoreHostname: 'TRUE' },
    };
    const pipeline = resolved(topology, { name: 'rtspUrl', value: 'rtsps://camera/1' });
    expect(settingsOf(pipeline, 'RtspSource').endpoint).toEqual({
      url: 'rtsps://camera/1',
      secured: true,
      credentials: { type: 'httpHeader', headerName: 'X-Key', headerValue: 'default-secret' },
      trustedCertificates: ['PEM 1', 'PEM 2'],
      ignoreHostname: true,
      ignoreSignature: false,
    });
  });

  it('nodes come sources first, then processors behind their inputs, then sinks', () => {
    const topology = topologyOf(fileSink(), gate(), motion(), rtspSource());
    expect(resolved(topology, url).nodes.map(({ definition }) => shortType(definition.type))).toEqual([
      'RtspSource',
      'MotionDetectionProcessor',
      'SignalGateProcessor',
      'FileSink',
    ]);
  });

  it('an ONVIF source has topics', () => {
    const topology = topologyOf(
      rtspSource(),
      { ...onvifSource(), topics: ['tns1:Device'] },
      gate('onvif', 'rtspSource'),
      fileSink(),
    );
    expect(resolved(topology, url).nodes[1]).toMatchObject({ name: 'onvif' });
  });
});

describe('live pipelines that do not fit', () => {
  const problems = (...parameters: Array<{ name: string; value?: string }>) =>
    resolvePipeline(valid(evrTopology()), { name: 'pipeline-1', parameters }).problems;

  it.each<[string, Array<{ name: string; value?: string }>, string, RegExp]>([
    ['no value where there is no default', [], '/properties/parameters', /"rtspUrl" has no default/],
    ['a value that is absent', [{ name: 'rtspUrl' }], '/properties/parameters', /"rtspUrl" has no default/],
    [
      'an undeclared parameter',
      [url, { name: 'rtspUsrName', value: 'x' }],
      '/properties/parameters/1/name',
      /declares no parameter "rtspUsrName" \(did you mean 'rtspUserName'/,
    ],
    ['a parameter twice', [url, url], '/properties/parameters/1/name', /given twice/],
    [
      'a value that does not fit its place',
      [url, { name: 'motionSensitivity', value: 'max' }],
      '/properties/parameters/1/value',
      /'motionSensitivity' does not fit: "max" must be one of low, medium, high \(at \/properties\/processors\/0\/sensitivity/,
    ],
    [
      'an address that is none',
      [{ name: 'rtspUrl', value: 'camera-1' }],
      '/properties/parameters/0/value',
      /must be a URL beginning with rtsp/,
    ],
  ])('%s', (_, parameters, pointer, message) => {
    expect(problems(...parameters)).toContainEqual({
      pointer,
      message: expect.stringMatching(message),
      code: 'PipelineValidationError',
    });
  });

  it('every problem is told at once', () => {
    expect(problems({ name: 'nobody', value: 'x' }, { name: 'motionSensitivity', value: 'max' })).toHaveLength(2);
  });

  it('no value of an address or a secret is told', () => {
    const told = problems({ name: 'rtspUrl', value: 'ftp://user:pass@camera' });
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toMatch(/user|pass@/);
  });

  it('two values that do not fit each other', () => {
    const topology = evrTopology();
    topology.properties.parameters.push({ name: 'least', type: 'string', default: 'PT10S' });
    topology.properties.processors[1].minimumActivationTime = '${least}';
    const { problems: told } = resolvePipeline(valid(topology), {
      name: 'pipeline-1',
      parameters: [url, { name: 'least', value: 'PT45S' }],
    });
    expect(told).toMatchObject([
      { message: expect.stringMatching(/"PT30S" must not be less than the minimumActivationTime, "PT45S"/) },
    ]);
  });
});

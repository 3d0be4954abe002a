// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../../engine/topology/json-syntax.js';
import { shortType } from '../../../../engine/topology/node-definition.js';
import type { Topology } from '../../../../engine/topology/schema/documents.js';
import { REFUSED_SAMPLES, sampleTopologies } from '../../../kit/topologies.js';
import { resolvePipeline, validateTopology } from '../../../kit/topology.js';

const samples = sampleTopologies();
const edge = [...samples].filter(([file]) => !REFUSED_SAMPLES.includes(file));

const required = (topology: Topology) =>
  (topology.properties.parameters ?? [])
    .filter((parameter) => parameter.default === undefined)
    .map(({ name }) => ({ name, value: 'rtsp://camera/stream' }));

describe.skipIf(samples.size === 0)("AVA's public topologies (skipped where they are not at hand)", () => {
  it('are all here', () => {
    expect(edge).toHaveLength(21);
    expect([...samples.keys()]).toEqual(expect.arrayContaining(REFUSED_SAMPLES));
  });

  it.each(edge)('%s is accepted as it stands, and resolves', (_, text) => {
    const { topology, problems } = validateTopology(JSON.parse(text));
    expect(problems).toEqual([]);
    const resolution = resolvePipeline(topology!, { name: 'p1', parameters: required(topology!) });
    expect(resolution.problems).toEqual([]);
    expect(resolution.pipeline?.nodes.map(({ name }) => name).sort()).toEqual(
      [...topology!.properties.sources, ...(topology!.properties.processors ?? []), ...topology!.properties.sinks]
        .map(({ name }) => name)
        .sort(),
    );
  });

  it.each(edge)('%s read back is accepted again, and stays as it is', (_, text) => {
    const { topology } = validateTopology(JSON.parse(text));
    const again = validateTopology(JSON.parse(JSON.stringify(topology)));
    expect(again.problems).toEqual([]);
    expect(again.topology).toEqual(topology);
  });

  it.each([
    ['cloud-record-camera-behind-firewall/topology.json', '/Kind'],
    ['cloud-record-camera-over-internet/topology.json', '/Kind'],
    ['export-from-video-archive/topology.json', '/Properties/sources/0/@type'],
  ])('%s is refused at %s', (file, pointer) => {
    const { topology, problems } = validateTopology(JSON.parse(samples.get(file)!));
    expect(topology).toBeUndefined();
    expect(problems.map((problem) => problem.pointer)).toContain(pointer);
  });

  it('the one that is not JSON is refused with its place', () => {
    expect(parseJson(samples.get('spatial-analysis/custom-operation-topology.json')!)).toMatchObject({
      problem: { line: 100 },
    });
  });

  it('the motion topology resolves to what it says', () => {
    const { topology } = validateTopology(JSON.parse(samples.get('evr-motion-file-sink/topology.json')!));
    const parameters = [
      { name: 'rtspUrl', value: 'rtsp://camera/1' },
      { name: 'rtspPassword', value: 'p$&w' },
    ];
    const { name, topologyName, nodes } = resolvePipeline(topology!, { name: 'gate-1', parameters }).pipeline!;
    expect({
      name,
      topologyName,
      nodes: nodes.map(({ definition, ...node }) => ({ type: shortType(definition.type), ...node })),
    }).toEqual({
      name: 'gate-1',
      topologyName: 'EVRToFilesOnMotionDetection',
      nodes: [
        {
          type: 'RtspSource',
          name: 'rtspSource',
          inputs: [],
          settings: {
            transport: 'tcp',
            priority: 'normal',
            endpoint: {
              url: 'rtsp://camera/1',
              secured: false,
              credentials: { type: 'usernamePassword', username: 'dummyUserName', password: 'p$&w' },
              ignoreHostname: false,
              ignoreSignature: false,
            },
          },
        },
        {
          type: 'MotionDetectionProcessor',
          name: 'motionDetection',
          inputs: [
            { nodeName: 'rtspSource', outputSelectors: [{ property: 'mediaType', operator: 'is', value: 'video' }] },
          ],
          settings: {
            sensitivity: 'medium',
            outputMotionRegion: true,
            eventAggregationWindow: 1_000_000,
            decodePolicy: undefined,
            zones: [],
          },
        },
        {
          type: 'SignalGateProcessor',
          name: 'signalGateProcessor',
          inputs: [
            { nodeName: 'motionDetection', outputSelectors: [] },
            { nodeName: 'rtspSource', outputSelectors: [{ property: 'mediaType', operator: 'is', value: 'video' }] },
          ],
          settings: {
            activationEvaluationWindow: 1_000_000,
            activationSignalOffset: 0,
            minimumActivationTime: 10_000_000,
            maximumActivationTime: 30_000_000,
          },
        },
        {
          type: 'FileSink',
          name: 'fileSink',
          inputs: [
            {
              nodeName: 'signalGateProcessor',
              outputSelectors: [{ property: 'mediaType', operator: 'is', value: 'video' }],
            },
          ],
          settings: {
            baseDirectoryPath: '/var/media',
            fileNamePattern:
              'sampleFilesFromEVR-motion-EVRToFilesOnMotionDetection-gate-1-filesinkOutput-${System.Runtime.DateTime}',
            maximumSizeMiB: 512,
          },
        },
      ],
    });
  });
});

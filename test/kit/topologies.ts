// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** JSON that a test may change as it likes. */
// biome-ignore lint/suspicious/noExplicitAny: a document that is about to be broken has no type
export type Json = any;

const AVA = '#Microsoft.VideoAnalyzer.';

export const rtspSource = (): Json => ({
  '@type': `${AVA}RtspSource`,
  name: 'rtspSource',
  endpoint: {
    '@type': `${AVA}UnsecuredEndpoint`,
    url: '${rtspUrl}',
    credentials: {
      '@type': `${AVA}UsernamePasswordCredentials`,
      username: '${rtspUserName}',
      password: '${rtspPassword}',
    },
  },
});

export const video = [{ property: 'mediaType', operator: 'is', value: 'video' }];

export const hubSource = (): Json => ({
  '@type': `${AVA}IotHubMessageSource`,
  name: 'hubSource',
  hubInputName: 'trigger',
});

export const motion = (from = 'rtspSource'): Json => ({
  '@type': `${AVA}MotionDetectionProcessor`,
  name: 'motion',
  sensitivity: '${motionSensitivity}',
  inputs: [{ nodeName: from, outputSelectors: video }],
});

export const gate = (...from: string[]): Json => ({
  '@type': `${AVA}SignalGateProcessor`,
  name: 'gate',
  inputs: (from.length > 0 ? from : ['motion', 'rtspSource']).map((nodeName) => ({ nodeName })),
  activationEvaluationWindow: 'PT1S',
  activationSignalOffset: '-PT5S',
  minimumActivationTime: 'PT10S',
  maximumActivationTime: 'PT30S',
});

export const http = (from = 'rtspSource', name = 'http'): Json => ({
  '@type': `${AVA}HttpExtension`,
  name,
  endpoint: { '@type': `${AVA}UnsecuredEndpoint`, url: 'http://model/score' },
  image: { scale: { width: '416', height: '416' }, format: { '@type': `${AVA}ImageFormatBmp` } },
  inputs: [{ nodeName: from }],
});

export const grpc = (from = 'rtspSource', name = 'grpc'): Json => ({
  '@type': `${AVA}GrpcExtension`,
  name,
  endpoint: { '@type': `${AVA}UnsecuredEndpoint`, url: 'tcp://model:5001' },
  dataTransfer: { mode: 'sharedMemory', SharedMemorySizeMiB: '75' },
  image: {},
  inputs: [{ nodeName: from }],
});

export const cognitive = (from = 'rtspSource'): Json => ({
  '@type': `${AVA}CognitiveServicesVisionProcessor`,
  name: 'vision',
  endpoint: { '@type': `${AVA}UnsecuredEndpoint`, url: 'tcp://vision:50051' },
  operation: {
    '@type': `${AVA}SpatialAnalysisPersonCountOperation`,
    zones: [{ zone: { '@type': `${AVA}NamedPolygonString`, name: 'all', polygon: '[[0,0],[1,0],[1,1],[0,1]]' } }],
  },
  inputs: [{ nodeName: from }],
});

export const tracker = (from = 'http'): Json => ({
  '@type': `${AVA}ObjectTrackingProcessor`,
  name: 'tracker',
  inputs: [{ nodeName: from }],
});

export const lineCrossing = (from = 'tracker'): Json => ({
  '@type': `${AVA}LineCrossingProcessor`,
  name: 'crossing',
  lines: [{ '@type': `${AVA}NamedLineString`, name: 'line', line: '[[0.5,0.1],[0.5,0.9]]' }],
  inputs: [{ nodeName: from }],
});

export const fileSink = (from = 'gate', name = 'fileSink'): Json => ({
  '@type': `${AVA}FileSink`,
  name,
  inputs: [{ nodeName: from }],
  fileNamePattern: 'clip-${System.TopologyName}-${System.PipelineName}-${System.Runtime.DateTime}',
  maximumSizeMiB: '512',
  baseDirectoryPath: '/var/media',
});

export const videoSink = (...from: string[]): Json => ({
  '@type': `${AVA}VideoSink`,
  name: 'videoSink',
  videoName: 'camera-1',
  inputs: (from.length > 0 ? from : ['rtspSource']).map((nodeName) => ({ nodeName })),
  localMediaCachePath: '/var/lib/videoanalyzer/tmp/',
  localMediaCacheMaximumSizeMiB: '2048',
});

export const hubSink = (from = 'motion', name = 'hubSink'): Json => ({
  '@type': `${AVA}IotHubMessageSink`,
  name,
  hubOutputName: 'inferenceOutput',
  inputs: [{ nodeName: from }],
});

export const onvifSource = (): Json => ({
  '@type': '#Sluice.OnvifEventSource',
  name: 'onvif',
  endpoint: { '@type': `${AVA}UnsecuredEndpoint`, url: 'http://camera/onvif/device_service' },
});

const isSource = (node: Json): boolean => /Source$/.test(node['@type']);
const isSink = (node: Json): boolean => /Sink$/.test(node['@type']);

/** A topology of these nodes. Declares the parameters that the nodes above use. */
export const topologyOf = (...nodes: Json[]): Json => ({
  '@apiVersion': '1.1',
  name: 'Test-Topology',
  properties: {
    parameters: [
      { name: 'rtspUrl', type: 'String' },
      { name: 'rtspUserName', type: 'String', default: 'user' },
      { name: 'rtspPassword', type: 'SecretString', default: 'default-secret' },
      { name: 'motionSensitivity', type: 'String', default: 'medium' },
    ],
    sources: nodes.filter(isSource),
    processors: nodes.filter((node) => !isSource(node) && !isSink(node)),
    sinks: nodes.filter(isSink),
  },
});

/** Motion opens a gate, which records to a file. */
export const evrTopology = (): Json => topologyOf(rtspSource(), motion(), gate(), fileSink());

export const SAMPLES_DIR = fileURLToPath(new URL('../../../shared/ava/topologies/', import.meta.url));

/** AVA's public topologies, if they are at hand: `folder/file` → text. */
export const sampleTopologies = (): Map<string, string> => {
  const samples = new Map<string, string>();
  if (!existsSync(SAMPLES_DIR)) return samples;
  for (const folder of readdirSync(SAMPLES_DIR).sort()) {
    for (const file of readdirSync(`${SAMPLES_DIR}${folder}`).sort()) {
      samples.set(`${folder}/${file}`, readFileSync(`${SAMPLES_DIR}${folder}/${file}`, 'utf8'));
    }
  }
  return samples;
};

/** Not for the edge, or not JSON at all. */
export const REFUSED_SAMPLES = [
  'cloud-record-camera-behind-firewall/topology.json',
  'cloud-record-camera-over-internet/topology.json',
  'export-from-video-archive/topology.json',
  'spatial-analysis/custom-operation-topology.json',
];

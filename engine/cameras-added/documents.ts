/**
 * The topology that a camera gets without anybody writing one, and its live pipeline. Pure functions of the options: programs
 * that add cameras and commands that record one share them.
 */
import { createHash } from 'node:crypto';
import { type CameraUrl, readCameraUrl } from '../../bridge/rtsp/camera-url.js';
import { formatDuration } from '../core/duration.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { type Micros, seconds } from '../core/time.js';
import type { LivePipeline, PipelineTopology, ProcessorNode, SinkNode, SourceNode } from '../nodes/documents.js';
import { CAMERA_DEFAULTS } from './defaults.js';
import type { CameraOptions } from './options.js';

/** What a camera becomes: set both, then activate the pipeline. */
export interface CameraDocuments {
  topology: PipelineTopology;
  pipeline: LivePipeline;
}

const DAY: Micros = seconds(86_400);

/** Names of topologies that were made here. Nothing else may have one. */
const NAME = /^camera-(?:motion|continuous|both)-[0-9a-f]{8}$/;

export const isCameraTopology = (topologyName: string): boolean => NAME.test(topologyName);

/**
 * @param name of the live pipeline, and so of the camera, its clips and its video
 * @param url rtsp or rtsps. Credentials in it are taken out.
 * @param options as `cameraOptions` accepts them
 * @throws SluiceError `EndpointUrlInvalid`
 */
export const cameraDocuments = (name: string, url: string, options: CameraOptions = {}): CameraDocuments => {
  const address = addressOf(url);
  const credentials = options.credentials ?? address.credentials;
  const values = new Values();
  values.add('rtspUrl', address.uri);
  const sources = [cameraOf(address, credentials, options, values)];
  const { record = 'motion' } = options;
  const processors = record === 'continuous' ? [] : motionOf(options, values);
  const sinks: SinkNode[] = [];
  if (record !== 'continuous') sinks.push(clipsOf(options, values));
  if (record !== 'motion') sinks.push(videoOf(options, values));
  const graph = { parameters: values.declarations, sources, processors, sinks };
  const topologyName = `camera-${record}-${createHash('sha256').update(JSON.stringify(graph)).digest('hex').slice(0, 8)}`;
  const { description } = options;
  return {
    topology: {
      name: topologyName,
      properties: { description: 'Made for cameras that were added without a topology.', ...graph },
    },
    pipeline: {
      name,
      properties: { topologyName, ...(description === undefined ? {} : { description }), parameters: values.given },
    },
  };
};

/**
 * What differs from camera to camera is a parameter, because there is room for 50 topologies and for 1000 cameras. What is
 * left out of the options is left out of the topology as well, so that the engine's settings apply.
 */
class Values {
  readonly declarations: Array<{ name: string; type: 'string' | 'secretString' }> = [];
  readonly given: Array<{ name: string; value: string }> = [];

  /** Returns the reference to it. */
  add(name: string, value: string, type: 'string' | 'secretString' = 'string'): `\${${string}}` {
    this.declarations.push({ name, type });
    this.given.push({ name, value });
    return `\${${name}}`;
  }
}

const addressOf = (url: string): CameraUrl => {
  try {
    return readCameraUrl(url);
  } catch (problem) {
    throw new SluiceError('EndpointUrlInvalid', `the URL of the camera ${messageOf(problem)}`, {
      kind: 'invalid',
      hint: 'Write it as rtsp://host[:port]/path.',
    });
  }
};

const cameraOf = (
  { secure }: CameraUrl,
  credentials: CameraOptions['credentials'],
  { transport, priority, tls = {} }: CameraOptions,
  values: Values,
): SourceNode => {
  const login = credentials && {
    credentials: {
      '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials' as const,
      username: values.add('username', credentials.username),
      password: values.add('password', credentials.password, 'secretString'),
    },
  };
  const { trustedCertificates = [], ignoreHostname = false, ignoreSignature = false } = tls;
  const certificates = trustedCertificates.map((pem, index) => values.add(`certificate${index + 1}`, pem));
  return {
    '@type': '#Microsoft.VideoAnalyzer.RtspSource',
    name: 'camera',
    ...(transport === undefined ? {} : { transport }),
    ...(priority === undefined ? {} : { priority: values.add('priority', priority) }),
    endpoint: secure
      ? {
          '@type': '#Microsoft.VideoAnalyzer.TlsEndpoint',
          url: '${rtspUrl}',
          ...login,
          validationOptions: { ignoreHostname, ignoreSignature },
          ...(certificates.length === 0
            ? {}
            : { trustedCertificates: { '@type': '#Microsoft.VideoAnalyzer.PemCertificateList', certificates } }),
        }
      : { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}', ...login },
  };
};

const motionOf = (options: CameraOptions, values: Values): ProcessorNode[] => {
  const {
    preRollSeconds = CAMERA_DEFAULTS.preRollSeconds,
    untilQuietSeconds = CAMERA_DEFAULTS.untilQuietSeconds,
    longestClipSeconds = CAMERA_DEFAULTS.longestClipSeconds,
  } = options;
  const { sensitivity = CAMERA_DEFAULTS.sensitivity, zones, decodePolicy, whenInsensitive } = options.detection ?? {};
  const span = (name: string, length: number) => values.add(name, formatDuration(seconds(length)));
  return [
    {
      '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
      name: 'motion',
      sensitivity: values.add('sensitivity', sensitivity),
      ...(decodePolicy === undefined ? {} : { decodePolicy: values.add('decodePolicy', decodePolicy) }),
      ...(whenInsensitive === undefined ? {} : { whenInsensitive: values.add('whenInsensitive', whenInsensitive) }),
      ...(zones === undefined ? {} : { zones: values.add('zones', JSON.stringify(zones)) }),
      inputs: [{ nodeName: 'camera' }],
    },
    {
      '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
      name: 'gate',
      inputs: [{ nodeName: 'motion' }, { nodeName: 'camera' }],
      activationEvaluationWindow: formatDuration(seconds(CAMERA_DEFAULTS.evaluationSeconds)),
      activationSignalOffset: span('preRoll', -preRollSeconds),
      minimumActivationTime: span('untilQuiet', untilQuietSeconds),
      maximumActivationTime: span('longestClip', longestClipSeconds),
    },
  ];
};

const inputOf = (nodeName: string, { sound = true }: CameraOptions) => ({
  nodeName,
  ...(sound
    ? {}
    : { outputSelectors: [{ property: 'mediaType' as const, operator: 'is' as const, value: 'video' as const }] }),
});

const retentionOf = ({ keepDays }: CameraOptions, values: Values, name: string) =>
  keepDays === undefined ? {} : { retentionPeriod: values.add(name, formatDuration(keepDays * DAY)) };

const clipsOf = (options: CameraOptions, values: Values): SinkNode => ({
  '@type': '#Microsoft.VideoAnalyzer.FileSink',
  name: 'clips',
  inputs: [inputOf('gate', options)],
  baseDirectoryPath: '/${System.PipelineName}',
  fileNamePattern: '${System.PipelineName}-${System.Runtime.DateTime}',
  maximumSizeMiB: values.add('maximumClipsMiB', String(options.maximumClipsMiB ?? CAMERA_DEFAULTS.maximumClipsMiB)),
  ...retentionOf(options, values, 'keepClips'),
});

const videoOf = (options: CameraOptions, values: Values): SinkNode => {
  const retention = retentionOf(options, values, 'keepVideo');
  return {
    '@type': '#Microsoft.VideoAnalyzer.VideoSink',
    name: 'video',
    inputs: [inputOf('camera', options)],
    videoName: '${System.PipelineName}',
    localMediaCachePath: '/cache',
    localMediaCacheMaximumSizeMiB: 2048,
    ...('retentionPeriod' in retention ? { videoCreationProperties: retention } : {}),
  };
};

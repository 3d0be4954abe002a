/** What programs write, and must compile: AVA's forms, resources that were read, node types of their own, settings. */
import type { CustomNode, Engine, EngineOptions, LivePipeline, PipelineTopology } from 'sluice';

/** As in AVA's samples: types capitalised, numbers and booleans as strings, parameters everywhere. */
export const avaSample: PipelineTopology = {
  '@apiVersion': '1.1',
  name: 'EVRtoVideoSinkOnMotionDetection',
  properties: {
    description: 'Event-based video recording based on motion events',
    parameters: [
      { name: 'rtspUserName', type: 'String', description: 'rtsp source user name.', default: 'dummyUserName' },
      { name: 'rtspPassword', type: 'SecretString', description: 'rtsp source password.', default: 'dummyPassword' },
      { name: 'rtspUrl', type: 'String', description: 'rtsp Url' },
      { name: 'motionSensitivity', type: 'String', default: 'medium' },
      { name: 'segmentLength', type: 'String', default: 'PT30S' },
      { name: 'cacheSize', type: 'Int', default: 2048 },
    ],
    sources: [
      {
        '@type': '#Microsoft.VideoAnalyzer.RtspSource',
        name: 'rtspSource',
        transport: 'tcp',
        endpoint: {
          '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint',
          url: '${rtspUrl}',
          credentials: {
            '@type': '#Microsoft.VideoAnalyzer.UsernamePasswordCredentials',
            username: '${rtspUserName}',
            password: '${rtspPassword}',
          },
        },
      },
      { '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSource', name: 'messages', hubInputName: 'trigger' },
      {
        '@type': '#Sluice.OnvifEventSource',
        name: 'inputs',
        endpoint: {
          '@type': '#Microsoft.VideoAnalyzer.TlsEndpoint',
          url: 'https://camera/onvif',
          trustedCertificates: { '@type': '#Microsoft.VideoAnalyzer.PemCertificateList', certificates: ['-----BEGIN'] },
          validationOptions: { ignoreHostname: 'true', ignoreSignature: false },
        },
        topics: ['tns1:Device/Trigger'],
      },
    ],
    processors: [
      {
        '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
        name: 'motionDetection',
        sensitivity: '${motionSensitivity}',
        outputMotionRegion: false,
        zones: [
          {
            name: 'door',
            kind: 'include',
            polygon: [
              [0, 0],
              [0.5, 0],
              [0.5, 1],
            ],
            minimumSize: 0.01,
          },
        ],
        inputs: [
          { nodeName: 'rtspSource', outputSelectors: [{ property: 'mediaType', operator: 'is', value: 'video' }] },
        ],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
        name: 'signalGateProcessor',
        inputs: [{ nodeName: 'motionDetection' }, { nodeName: 'rtspSource' }],
        activationEvaluationWindow: 'PT1S',
        activationSignalOffset: '-PT5S',
        minimumActivationTime: 'PT30S',
        maximumActivationTime: 'PT30S',
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.HttpExtension',
        name: 'inference',
        endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: 'http://yolo/score' },
        image: {
          scale: { mode: 'preserveAspectRatio', width: '416', height: 416 },
          format: { '@type': '#Microsoft.VideoAnalyzer.ImageFormatBmp' },
        },
        samplingOptions: { skipSamplesWithoutAnnotation: 'false', maximumSamplesPerSecond: 5 },
        inputs: [{ nodeName: 'rtspSource' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.LineCrossingProcessor',
        name: 'crossing',
        lines: [{ '@type': '#Microsoft.VideoAnalyzer.NamedLineString', name: 'gate', line: '[[0,0],[1,1]]' }],
        inputs: [{ nodeName: 'inference' }],
      },
    ],
    sinks: [
      {
        '@type': '#Microsoft.VideoAnalyzer.VideoSink',
        name: 'videoSink',
        videoName: 'sample-${System.PipelineName}',
        videoCreationProperties: { title: 'sample', segmentLength: '${segmentLength}' },
        localMediaCachePath: '/var/lib/videoanalyzer/tmp/',
        localMediaCacheMaximumSizeMiB: '${cacheSize}',
        inputs: [{ nodeName: 'signalGateProcessor' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.FileSink',
        name: 'fileSink',
        baseDirectoryPath: '/clips',
        fileNamePattern: '${System.PipelineName}-${System.Runtime.DateTime}',
        maximumSizeMiB: 512,
        inputs: [{ nodeName: 'signalGateProcessor' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink',
        name: 'hubSink',
        hubOutputName: 'inferenceOutput',
        inputs: [{ nodeName: 'motionDetection' }],
      },
    ],
  },
};

export const pipeline: LivePipeline = {
  '@apiVersion': '1.0',
  name: 'door',
  properties: {
    topologyName: avaSample.name,
    parameters: [
      { name: 'rtspUrl', value: 'rtsp://camera' },
      { name: 'cacheSize', value: 1024 },
      { name: 'rtspPassword' },
    ],
  },
};

interface Brightness extends CustomNode {
  '@type': '#Example.BrightnessProcessor';
  threshold: number;
  inputs: { nodeName: string }[];
}

export const options: EngineOptions = {
  dataDir: './data',
  settings: {
    decodePolicy: 'keyframes',
    logLevel: 'warn',
    allowUnsecuredEndpoints: false,
    'media.fileMode': '0600',
    'http.allowedHosts': ['gateway.local'],
    'detector.threads': 2,
    'detector.whenInsensitive': 'record',
  },
  onError: (error, { callback, seq }) => console.error(callback, seq, error),
};

/** Never called: only the compiler reads it. */
export const uses = async (engine: Engine): Promise<void> => {
  engine.topologies.set(avaSample);
  engine.pipelines.set(pipeline);
  // What was read can be set again.
  engine.topologies.set(engine.topologies.get('x'));
  engine.pipelines.set(engine.pipelines.get('x'));
  engine.topologies.set<Brightness>({
    ...avaSample,
    properties: {
      ...avaSample.properties,
      processors: [
        { '@type': '#Example.BrightnessProcessor', name: 'dark', threshold: 0.5, inputs: [{ nodeName: 'rtspSource' }] },
      ],
    },
  });
  const camera = await engine.cameras.add('yard', 'rtsp://camera/stream', {
    record: 'both',
    preRollSeconds: 10,
    credentials: { username: 'viewer', password: 'secret' },
    detection: {
      sensitivity: 'high',
      zones: [
        {
          name: 'door',
          polygon: [
            [0, 0],
            [1, 0],
            [1, 1],
          ],
        },
      ],
    },
  });
  const { jpeg } = await camera.snapshot({ width: 320 });
  for (const { id } of camera.clips.list({ limit: 10 }).value) camera.clips.stream(id).pipe(process.stdout);
  for await (const { seq, eventType } of engine.events.read({ since: 0, signal: AbortSignal.timeout(1000) })) {
    console.log(seq, eventType, jpeg.length);
  }
};

/** Topologies for end-to-end tests, as an AVA user writes them. */

export interface EvrOptions {
  name?: string;
  offset?: string;
  minimum?: string;
  maximum?: string;
  window?: string;
  decodePolicy?: string;
  aggregation?: string;
  baseDirectoryPath?: string;
  fileNamePattern?: string;
  maximumSizeMiB?: string;
  endpoint?: Record<string, unknown>;
  transport?: string;
  /** Of what goes from the camera to the gate. */
  outputSelectors?: Record<string, string>[];
}

const source = (options: EvrOptions) => ({
  '@type': '#Microsoft.VideoAnalyzer.RtspSource',
  name: 'rtspSource',
  ...(options.transport ? { transport: options.transport } : {}),
  endpoint: options.endpoint ?? { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
});

const detector = (options: EvrOptions) => ({
  '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
  name: 'motionDetection',
  inputs: [{ nodeName: 'rtspSource' }],
  ...(options.aggregation ? { eventAggregationWindow: options.aggregation } : {}),
  ...(options.decodePolicy ? { decodePolicy: options.decodePolicy } : {}),
});

const gate = (events: string, options: EvrOptions) => ({
  '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
  name: 'signalGate',
  inputs: [
    { nodeName: events },
    { nodeName: 'rtspSource', ...(options.outputSelectors ? { outputSelectors: options.outputSelectors } : {}) },
  ],
  activationEvaluationWindow: options.window ?? 'PT0S',
  activationSignalOffset: options.offset ?? 'PT0S',
  minimumActivationTime: options.minimum ?? 'PT10S',
  maximumActivationTime: options.maximum ?? 'PT30S',
});

const fileSink = (options: EvrOptions) => ({
  '@type': '#Microsoft.VideoAnalyzer.FileSink',
  name: 'fileSink',
  inputs: [{ nodeName: 'signalGate' }],
  fileNamePattern: options.fileNamePattern ?? '${System.PipelineName}-${System.Runtime.PreciseDateTime}',
  maximumSizeMiB: options.maximumSizeMiB ?? '512',
  baseDirectoryPath: options.baseDirectoryPath ?? '/var/media',
});

/** A motion detector opens the gate. Parameter: rtspUrl. */
export const motionToFiles = (options: EvrOptions = {}) => ({
  '@apiVersion': '1.1',
  name: options.name ?? 'MotionToFiles',
  properties: {
    parameters: [{ name: 'rtspUrl', type: 'string' }],
    sources: [source(options)],
    processors: [detector(options), gate('motionDetection', options)],
    sinks: [fileSink(options)],
  },
});

/** A message on a hub input opens the gate. Parameters: rtspUrl, input. */
export const messageToFiles = (options: EvrOptions = {}) => ({
  '@apiVersion': '1.1',
  name: options.name ?? 'MessageToFiles',
  properties: {
    parameters: [
      { name: 'rtspUrl', type: 'string' },
      { name: 'input', type: 'string' },
    ],
    sources: [
      source(options),
      { '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSource', name: 'message', hubInputName: '${input}' },
    ],
    processors: [gate('message', options)],
    sinks: [fileSink(options)],
  },
});

const videoSink = (from: string, videoName: string) => ({
  '@type': '#Microsoft.VideoAnalyzer.VideoSink',
  name: 'videoSink',
  inputs: [{ nodeName: from }],
  videoName,
  videoCreationProperties: { title: videoName, description: 'for a test', segmentLength: 'PT30S' },
  localMediaCachePath: '/var/lib/videoanalyzer/tmp/',
  localMediaCacheMaximumSizeMiB: '2048',
});

/** Everything goes into a video. Parameters: rtspUrl, video. */
export const allToVideo = (options: EvrOptions = {}) => ({
  '@apiVersion': '1.1',
  name: options.name ?? 'AllToVideo',
  properties: {
    parameters: [
      { name: 'rtspUrl', type: 'string' },
      { name: 'video', type: 'string' },
    ],
    sources: [source(options)],
    processors: [] as object[],
    sinks: [videoSink('rtspSource', '${video}')],
  },
});

/** As `allToVideo`, and what moves is looked for meanwhile. */
export const allToVideoWatched = (options: EvrOptions = {}) => {
  const { properties, ...topology } = allToVideo({ name: 'AllToVideoWatched', ...options });
  const [sink] = properties.sinks;
  const inputs = [...sink!.inputs, { nodeName: 'motionDetection' }];
  return {
    ...topology,
    properties: { ...properties, processors: [detector(options)], sinks: [{ ...sink!, inputs }] },
  };
};

/** A message on a hub input opens the gate to a video. Parameters: rtspUrl, input, video. */
export const messageToVideo = (options: EvrOptions = {}) => {
  const { name = 'MessageToVideo' } = options;
  const { properties, ...topology } = messageToFiles({ ...options, name });
  return {
    ...topology,
    properties: {
      ...properties,
      parameters: [...properties.parameters, { name: 'video', type: 'string' }],
      sinks: [videoSink('signalGate', '${video}')],
    },
  };
};

/** As `messageToVideo`, and what moves is noted in the video, too. */
export const motionToVideo = (options: EvrOptions = {}) => {
  const { properties, ...topology } = messageToVideo({ name: 'MotionToVideo', ...options });
  const motion = {
    '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
    name: 'motionDetection',
    inputs: [{ nodeName: 'rtspSource' }],
    outputMotionRegion: true,
  };
  const [sink] = properties.sinks;
  return {
    ...topology,
    properties: {
      ...properties,
      processors: [...properties.processors, motion],
      sinks: [{ ...sink, inputs: [{ nodeName: 'signalGate' }, { nodeName: 'motionDetection' }] }],
    },
  };
};

export const livePipeline = (name: string, topologyName: string, parameters: Record<string, string>) => ({
  name,
  properties: {
    topologyName,
    parameters: Object.entries(parameters).map(([parameter, value]) => ({ name: parameter, value })),
  },
});

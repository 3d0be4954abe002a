/** What the engine runs in the benchmarks: AVA's recording on motion, or on a message, with a pre-roll. */

export interface BenchTopologyOptions {
  /** Default: `TOPOLOGY_NAME`. */
  name?: string;
  /** `none`: nothing is decoded, and a message opens the gate. */
  decodePolicy: string;
  preRollSeconds: number;
  /** Default: the node's own. */
  eventAggregationWindow?: string;
  /** Default 512. */
  maximumSizeMiB?: string;
  /** How long the gate stays open, whatever comes. Default: 10 to 30. */
  openSeconds?: number;
}

const API = '#Microsoft.VideoAnalyzer.';

export const TOPOLOGY_NAME = 'Benchmark';

const source = (): object => ({
  '@type': `${API}RtspSource`,
  name: 'rtspSource',
  transport: 'tcp',
  endpoint: { '@type': `${API}UnsecuredEndpoint`, url: '${rtspUrl}' },
});

/** Everything that the camera sends goes into a video. */
export const archive = (name: string): object => ({
  '@apiVersion': '1.1',
  name,
  properties: {
    parameters: [{ name: 'rtspUrl', type: 'String' }],
    sources: [source()],
    sinks: [
      {
        '@type': `${API}VideoSink`,
        name: 'videoSink',
        inputs: [{ nodeName: 'rtspSource' }],
        videoName: '${System.PipelineName}',
        localMediaCachePath: '/var/lib/videoanalyzer/tmp/',
        localMediaCacheMaximumSizeMiB: '2048',
      },
    ],
  },
});

/** Pictures of 640x360 as JPEG go to an inference server. */
export const infer = (url: string, perSecond: number): object => ({
  '@apiVersion': '1.1',
  name: TOPOLOGY_NAME,
  properties: {
    parameters: [{ name: 'rtspUrl', type: 'String' }],
    sources: [source()],
    processors: [
      {
        '@type': `${API}HttpExtension`,
        name: 'httpExtension',
        endpoint: { '@type': `${API}UnsecuredEndpoint`, url },
        image: {
          scale: { mode: 'pad', width: '640', height: '360' },
          format: { '@type': `${API}ImageFormatJpeg`, quality: '85' },
        },
        samplingOptions: { maximumSamplesPerSecond: String(perSecond) },
        inputs: [{ nodeName: 'rtspSource' }],
      },
    ],
    sinks: [
      {
        '@type': `${API}IotHubMessageSink`,
        name: 'hubSink',
        hubOutputName: 'inferences',
        inputs: [{ nodeName: 'httpExtension' }],
      },
    ],
  },
});

export const record = ({
  name = TOPOLOGY_NAME,
  decodePolicy,
  preRollSeconds,
  eventAggregationWindow,
  maximumSizeMiB = '512',
  openSeconds,
}: BenchTopologyOptions): object => ({
  '@apiVersion': '1.1',
  name,
  properties: {
    parameters: [{ name: 'rtspUrl', type: 'String' }],
    sources: [
      source(),
      ...(decodePolicy === 'none'
        ? [{ '@type': `${API}IotHubMessageSource`, name: 'trigger', hubInputName: 'recordingTrigger' }]
        : []),
    ],
    processors: [
      ...(decodePolicy === 'none'
        ? []
        : [
            {
              '@type': `${API}MotionDetectionProcessor`,
              name: 'trigger',
              decodePolicy,
              ...(eventAggregationWindow === undefined ? {} : { eventAggregationWindow }),
              inputs: [{ nodeName: 'rtspSource' }],
            },
          ]),
      {
        '@type': `${API}SignalGateProcessor`,
        name: 'signalGate',
        inputs: [{ nodeName: 'trigger' }, { nodeName: 'rtspSource' }],
        activationEvaluationWindow: 'PT1S',
        activationSignalOffset: `-PT${preRollSeconds}S`,
        minimumActivationTime: `PT${openSeconds ?? 10}S`,
        maximumActivationTime: `PT${openSeconds ?? 30}S`,
      },
    ],
    sinks: [
      {
        '@type': `${API}FileSink`,
        name: 'fileSink',
        inputs: [{ nodeName: 'signalGate' }],
        fileNamePattern: '${System.PipelineName}-${System.Runtime.PreciseDateTime}',
        maximumSizeMiB,
        baseDirectoryPath: '/var/media',
      },
    ],
  },
});

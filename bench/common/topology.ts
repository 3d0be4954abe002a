/** What the engine runs in the benchmarks: AVA's recording on motion, with a pre-roll. */

export interface BenchTopologyOptions {
  decodePolicy: string;
  preRollSeconds: number;
  /** Default: the node's own. */
  eventAggregationWindow?: string;
  /** Default 512. */
  maximumSizeMiB?: string;
}

const API = '#Microsoft.VideoAnalyzer.';

export const TOPOLOGY_NAME = 'Benchmark';

export const recordOnMotion = ({
  decodePolicy,
  preRollSeconds,
  eventAggregationWindow,
  maximumSizeMiB = '512',
}: BenchTopologyOptions): object => ({
  '@apiVersion': '1.1',
  name: TOPOLOGY_NAME,
  properties: {
    parameters: [{ name: 'rtspUrl', type: 'String' }],
    sources: [
      {
        '@type': `${API}RtspSource`,
        name: 'rtspSource',
        transport: 'tcp',
        endpoint: { '@type': `${API}UnsecuredEndpoint`, url: '${rtspUrl}' },
      },
    ],
    processors: [
      {
        '@type': `${API}MotionDetectionProcessor`,
        name: 'motionDetection',
        decodePolicy,
        ...(eventAggregationWindow === undefined ? {} : { eventAggregationWindow }),
        inputs: [{ nodeName: 'rtspSource' }],
      },
      {
        '@type': `${API}SignalGateProcessor`,
        name: 'signalGate',
        inputs: [{ nodeName: 'motionDetection' }, { nodeName: 'rtspSource' }],
        activationEvaluationWindow: 'PT1S',
        activationSignalOffset: `-PT${preRollSeconds}S`,
        minimumActivationTime: 'PT10S',
        maximumActivationTime: 'PT30S',
      },
    ],
    sinks: [
      {
        '@type': `${API}FileSink`,
        name: 'fileSink',
        inputs: [{ nodeName: 'signalGate' }],
        fileNamePattern: '${System.PipelineName}-${System.Runtime.DateTime}',
        maximumSizeMiB,
        baseDirectoryPath: '/var/media',
      },
    ],
  },
});

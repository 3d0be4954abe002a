/** What the engine runs in the benchmarks: AVA's recording on motion, or on a message, with a pre-roll. */

export interface BenchTopologyOptions {
  /** `none`: nothing is decoded, and a message opens the gate. */
  decodePolicy: string;
  preRollSeconds: number;
  /** Default: the node's own. */
  eventAggregationWindow?: string;
  /** Default 512. */
  maximumSizeMiB?: string;
}

const API = '#Microsoft.VideoAnalyzer.';

export const TOPOLOGY_NAME = 'Benchmark';

export const record = ({
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

/** What the engine runs: two cameras record when they are told to, two when something moves. */

const API = '#Microsoft.VideoAnalyzer.';

export type Trigger = 'input' | 'motion';

const topologyName = (trigger: Trigger): string => (trigger === 'input' ? 'OnInput' : 'OnMotion');

/** Name of the hub input that opens the gates. */
export const INPUT = 'trigger';
const ANALYTICS_OUTPUT = 'inferences';

/** The shortest that AVA allows, so that there are many clips. */
const GATE = {
  activationEvaluationWindow: 'PT0S',
  activationSignalOffset: '-PT2S',
  minimumActivationTime: 'PT10S',
  maximumActivationTime: 'PT12S',
};

export const topology = (trigger: Trigger): object => {
  const signals =
    trigger === 'input'
      ? { sources: [{ '@type': `${API}IotHubMessageSource`, name: 'signal', hubInputName: INPUT }], processors: [] }
      : {
          sources: [],
          processors: [
            {
              '@type': `${API}MotionDetectionProcessor`,
              name: 'signal',
              eventAggregationWindow: 'PT1S',
              inputs: [{ nodeName: 'camera' }],
            },
          ],
        };
  const hub = { '@type': `${API}IotHubMessageSink`, name: 'hub', hubOutputName: ANALYTICS_OUTPUT };
  return {
    '@apiVersion': '1.1',
    name: topologyName(trigger),
    properties: {
      parameters: [{ name: 'rtspUrl', type: 'String' }],
      sources: [
        {
          '@type': `${API}RtspSource`,
          name: 'camera',
          transport: 'tcp',
          endpoint: { '@type': `${API}UnsecuredEndpoint`, url: '${rtspUrl}' },
        },
        ...signals.sources,
      ],
      processors: [
        ...signals.processors,
        {
          '@type': `${API}SignalGateProcessor`,
          name: 'gate',
          inputs: [{ nodeName: 'signal' }, { nodeName: 'camera' }],
          ...GATE,
        },
      ],
      sinks: [
        {
          '@type': `${API}FileSink`,
          name: 'files',
          inputs: [{ nodeName: 'gate' }],
          fileNamePattern: '${System.PipelineName}-${System.Runtime.PreciseDateTime}',
          maximumSizeMiB: '512',
          baseDirectoryPath: '/var/media',
        },
        ...(trigger === 'motion' ? [{ ...hub, inputs: [{ nodeName: 'signal' }] }] : []),
      ],
    },
  };
};

export const livePipeline = (name: string, trigger: Trigger, rtspUrl: string): object => ({
  name,
  properties: { topologyName: topologyName(trigger), parameters: [{ name: 'rtspUrl', value: rtspUrl }] },
});

/** The configuration file, as YAML, which JSON is. */
export const configuration = (options: {
  dataDir: string;
  httpPort: number;
  mqttUrl: string;
  more?: Record<string, unknown>;
}): string =>
  JSON.stringify(
    {
      dataDir: options.dataDir,
      http: { address: `127.0.0.1:${options.httpPort}` },
      mqtt: { url: options.mqttUrl, acknowledgeTimeout: 'PT5S' },
      operationalEventsOutputName: 'operational',
      diagnosticsEventsOutputName: 'diagnostics',
      ...options.more,
    },
    undefined,
    1,
  );

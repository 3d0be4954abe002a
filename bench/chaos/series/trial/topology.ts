import { SHORT_GATE } from './short-gate.js';

const API = '#Microsoft.VideoAnalyzer.';

export const TRIAL_TOPOLOGY = 'Trial';

/** The input on which a message makes a clip of this live pipeline. */
export const inputOf = (pipeline: string): string => `clip-of-${pipeline}`;

/** Records a clip for every message, without a detector: what is under trial is the recording. */
export const clipPerMessage = ({ clipSeconds, preRollSeconds }: { clipSeconds: number; preRollSeconds: number }) => ({
  '@apiVersion': '1.1',
  name: TRIAL_TOPOLOGY,
  properties: {
    parameters: [
      { name: 'rtspUrl', type: 'String' },
      { name: 'input', type: 'String' },
    ],
    sources: [
      {
        '@type': `${API}RtspSource`,
        name: 'rtspSource',
        transport: 'tcp',
        endpoint: { '@type': `${API}UnsecuredEndpoint`, url: '${rtspUrl}' },
      },
      { '@type': `${API}IotHubMessageSource`, name: 'messages', hubInputName: '${input}' },
    ],
    processors: [
      {
        '@type': SHORT_GATE,
        name: 'gate',
        activationTime: `PT${clipSeconds}S`,
        preRoll: `PT${preRollSeconds}S`,
        inputs: [{ nodeName: 'messages' }, { nodeName: 'rtspSource' }],
      },
    ],
    sinks: [
      {
        '@type': `${API}FileSink`,
        name: 'fileSink',
        inputs: [{ nodeName: 'gate' }],
        fileNamePattern: '${System.PipelineName}-${System.Runtime.PreciseDateTime}',
        maximumSizeMiB: '100000',
        baseDirectoryPath: '/clips',
      },
    ],
  },
});

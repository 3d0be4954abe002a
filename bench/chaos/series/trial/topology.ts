import type { CustomNode, PipelineTopology } from '../../../../engine/index.js';
import type { TrialSettings } from './settings.js';
import { SHORT_GATE } from './short-gate.js';
import { SHORT_SINK } from './short-sink.js';

const API = '#Microsoft.VideoAnalyzer.';

const CLIPS = 'Trial';
const ALL = 'TrialAll';

/** Of whatever type. */
type AnyNode = CustomNode & Readonly<Record<string, unknown>>;

type Recording = Pick<TrialSettings, 'sink' | 'clipSeconds' | 'preRollSeconds'>;

/** The input on which a message makes a clip of this live pipeline. */
export const inputOf = (pipeline: string): string => `clip-of-${pipeline}`;

/** Of the live pipeline of each camera. */
export const pipelineName = (index: number): string => `camera-${index + 1}`;

const indexOf = (pipeline: string): number => Number(pipeline.split('-').at(-1)) - 1;

/** Whether a camera is recorded without a gate. */
export const recordsAll = ({ sink }: Recording, pipeline: string): boolean =>
  sink === 'video' && indexOf(pipeline) % 2 === 0;

export const topologyFor = (settings: Recording, pipeline: string): string =>
  recordsAll(settings, pipeline) ? ALL : CLIPS;

/** Records a clip for every message, or all there is, without a detector: what is under trial is the recording. */
export const topologiesOf = (settings: Recording) =>
  settings.sink === 'video' ? [topology(ALL, [], videoSink('rtspSource')), clips(settings)] : [clips(settings)];

const clips = ({ sink, clipSeconds, preRollSeconds }: Recording) =>
  topology(
    CLIPS,
    [
      {
        '@type': SHORT_GATE,
        name: 'gate',
        activationTime: `PT${clipSeconds}S`,
        preRoll: `PT${preRollSeconds}S`,
        inputs: [{ nodeName: 'messages' }, sink === 'video' ? withSound('rtspSource') : { nodeName: 'rtspSource' }],
      },
    ],
    sink === 'video' ? videoSink('gate') : fileSink,
  );

const topology = (name: string, processors: AnyNode[], sink: AnyNode): PipelineTopology<AnyNode> => ({
  '@apiVersion': '1.1',
  name,
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
      ...(processors.length > 0
        ? [{ '@type': `${API}IotHubMessageSource`, name: 'messages', hubInputName: '${input}' }]
        : []),
    ],
    processors,
    sinks: [sink],
  },
});

const withSound = (nodeName: string) => ({
  nodeName,
  outputSelectors: [{ property: 'mediaType', operator: 'isNot', value: 'application' }],
});

const videoSink = (from: string) => ({
  '@type': SHORT_SINK,
  name: 'videoSink',
  videoName: '${System.PipelineName}',
  segmentLength: 'PT2S',
  inputs: [from === 'rtspSource' ? withSound(from) : { nodeName: from }],
});

const fileSink = {
  '@type': `${API}FileSink`,
  name: 'fileSink',
  inputs: [{ nodeName: 'gate' }],
  fileNamePattern: '${System.PipelineName}-${System.Runtime.PreciseDateTime}',
  maximumSizeMiB: '100000',
  baseDirectoryPath: '/clips',
};

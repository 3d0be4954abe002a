/** Mistakes that must not compile. Without the mistake, each would: documents.ts has the same forms. */
import type {
  CameraOptions,
  EngineOptions,
  LivePipeline,
  PipelineTopology,
  ProcessorNode,
  SinkNode,
  SourceNode,
} from 'sluice';

const inputs = [{ nodeName: 'camera' }];

export const ofProperty: ProcessorNode = {
  '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
  name: 'motion',
  // @ts-expect-error sensitivity
  sensitivty: 'medium',
  inputs,
};

export const ofChoice: ProcessorNode = {
  '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
  name: 'motion',
  // @ts-expect-error low, medium or high
  sensitivity: 'extreme',
  inputs,
};

export const ofType: SourceNode = {
  // @ts-expect-error RtspSource
  '@type': '#Microsoft.VideoAnalyzer.RtpsSource',
  name: 'camera',
  endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: 'rtsp://camera' },
};

// @ts-expect-error fileNamePattern is missing
export const ofOmission: SinkNode = {
  '@type': '#Microsoft.VideoAnalyzer.FileSink',
  name: 'clips',
  baseDirectoryPath: '/clips',
  maximumSizeMiB: '512',
  inputs,
};

export const ofPlace: PipelineTopology = {
  name: 'misplaced',
  properties: {
    sources: [
      {
        // @ts-expect-error a sink is no source
        '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink',
        name: 'hub',
        hubOutputName: 'x',
      },
    ],
    sinks: [],
  },
};

export const ofDepth: ProcessorNode = {
  '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
  name: 'gate',
  // @ts-expect-error nodeName
  inputs: [{ node: 'camera' }],
};

export const ofParameter: LivePipeline = {
  name: 'door',
  // @ts-expect-error topologyName
  properties: { topology: 'MotionClips' },
};

export const ofKind: SinkNode = {
  '@type': '#Microsoft.VideoAnalyzer.FileSink',
  name: 'clips',
  baseDirectoryPath: '/clips',
  fileNamePattern: '${System.Runtime.DateTime}',
  // @ts-expect-error a number, or a string that stands for one
  maximumSizeMiB: true,
  inputs,
};

export const ofSettingName: EngineOptions = {
  dataDir: './data',
  // @ts-expect-error decodePolicy
  settings: { decodePolcy: 'keyframes' },
};

export const ofSettingValue: EngineOptions = {
  dataDir: './data',
  // @ts-expect-error report or record
  settings: { 'detector.whenInsensitive': 'rekord' },
};

export const ofOption: CameraOptions = {
  // @ts-expect-error preRollSeconds
  preRoll: 5,
};

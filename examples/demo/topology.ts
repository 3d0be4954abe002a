import type { PipelineTopology, ProcessorNode, SinkNode, SourceNode } from 'sluice';

const rtspSource: SourceNode = {
  '@type': '#Microsoft.VideoAnalyzer.RtspSource',
  name: 'rtspSource',
  endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
};

/** Opened by what the node in front of it says. */
const signalGate = (trigger: string): ProcessorNode => ({
  '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
  name: 'signalGate',
  inputs: [{ nodeName: trigger }, { nodeName: 'rtspSource' }],
  activationEvaluationWindow: 'PT1S',
  activationSignalOffset: '-PT2S',
  minimumActivationTime: 'PT10S',
  maximumActivationTime: 'PT30S',
});

const fileSink = (prefix: string): SinkNode => ({
  '@type': '#Microsoft.VideoAnalyzer.FileSink',
  name: 'fileSink',
  inputs: [{ nodeName: 'signalGate' }],
  fileNamePattern: `${prefix}-\${System.PipelineName}-\${System.Runtime.DateTime}`,
  maximumSizeMiB: '512',
  baseDirectoryPath: '/clips',
});

const rtspUrl = { name: 'rtspUrl', type: 'string', description: 'RTSP URL of the camera' } as const;

/** AVA's "EVR to files on motion": a motion detector opens a signal gate in front of a FileSink. */
export const evrToFilesOnMotion: PipelineTopology = {
  '@apiVersion': '1.1',
  name: 'EVRToFilesOnMotionDetection',
  properties: {
    description: 'Records a file for each motion',
    parameters: [rtspUrl],
    sources: [rtspSource],
    processors: [
      {
        '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
        name: 'motionDetection',
        sensitivity: 'medium',
        inputs: [{ nodeName: 'rtspSource' }],
      },
      signalGate('motionDetection'),
    ],
    sinks: [fileSink('motion')],
  },
};

/** An inference server looks at two pictures a second, and what it finds opens the gate. */
export const evrToFilesOnObjects: PipelineTopology = {
  '@apiVersion': '1.1',
  name: 'EVRToFilesOnObjects',
  properties: {
    description: 'Records a file whenever the inference server finds something',
    parameters: [rtspUrl, { name: 'inferencingUrl', type: 'string', description: 'Where pictures are posted to' }],
    sources: [rtspSource],
    processors: [
      {
        '@type': '#Microsoft.VideoAnalyzer.HttpExtension',
        name: 'inference',
        endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${inferencingUrl}' },
        image: {
          scale: { mode: 'preserveAspectRatio', width: '640' },
          format: { '@type': '#Microsoft.VideoAnalyzer.ImageFormatJpeg', quality: '90' },
        },
        samplingOptions: { skipSamplesWithoutAnnotation: 'false', maximumSamplesPerSecond: '2' },
        inputs: [{ nodeName: 'rtspSource' }],
      },
      signalGate('inference'),
    ],
    sinks: [
      fileSink('objects'),
      {
        '@type': '#Microsoft.VideoAnalyzer.IotHubMessageSink',
        name: 'hubSink',
        hubOutputName: 'detectedObjects',
        inputs: [{ nodeName: 'inference' }],
      },
    ],
  },
};

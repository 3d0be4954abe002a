import type { PipelineTopology } from 'sluice';

/** Motion opens a gate for 10 to 60 seconds, after 5 seconds of pre-roll. Each opening becomes one MP4. */
export const motionClips: PipelineTopology = {
  name: 'MotionClips',
  properties: {
    parameters: [{ name: 'rtspUrl', type: 'string' }],
    sources: [
      {
        '@type': '#Microsoft.VideoAnalyzer.RtspSource',
        name: 'camera',
        endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
      },
    ],
    processors: [
      {
        '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
        name: 'motion',
        sensitivity: 'medium',
        inputs: [{ nodeName: 'camera' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
        name: 'gate',
        inputs: [{ nodeName: 'motion' }, { nodeName: 'camera' }],
        activationEvaluationWindow: 'PT1S',
        activationSignalOffset: '-PT5S',
        minimumActivationTime: 'PT10S',
        maximumActivationTime: 'PT60S',
      },
    ],
    sinks: [
      {
        '@type': '#Microsoft.VideoAnalyzer.FileSink',
        name: 'clips',
        inputs: [{ nodeName: 'gate' }],
        fileNamePattern: '${System.PipelineName}-${System.Runtime.DateTime}',
        baseDirectoryPath: '/clips',
        maximumSizeMiB: '1024',
      },
    ],
  },
};

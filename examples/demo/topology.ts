/** AVA's "EVR to files on motion": a motion detector opens a signal gate in front of a FileSink. */
export const evrToFilesOnMotion = {
  '@apiVersion': '1.1',
  name: 'EVRToFilesOnMotionDetection',
  properties: {
    description: 'Records a file for each motion',
    parameters: [{ name: 'rtspUrl', type: 'string', description: 'RTSP URL of the camera' }],
    sources: [
      {
        '@type': '#Microsoft.VideoAnalyzer.RtspSource',
        name: 'rtspSource',
        endpoint: { '@type': '#Microsoft.VideoAnalyzer.UnsecuredEndpoint', url: '${rtspUrl}' },
      },
    ],
    processors: [
      {
        '@type': '#Microsoft.VideoAnalyzer.MotionDetectionProcessor',
        name: 'motionDetection',
        sensitivity: 'medium',
        inputs: [{ nodeName: 'rtspSource' }],
      },
      {
        '@type': '#Microsoft.VideoAnalyzer.SignalGateProcessor',
        name: 'signalGate',
        inputs: [{ nodeName: 'motionDetection' }, { nodeName: 'rtspSource' }],
        activationEvaluationWindow: 'PT1S',
        activationSignalOffset: '-PT2S',
        minimumActivationTime: 'PT10S',
        maximumActivationTime: 'PT30S',
      },
    ],
    sinks: [
      {
        '@type': '#Microsoft.VideoAnalyzer.FileSink',
        name: 'fileSink',
        inputs: [{ nodeName: 'signalGate' }],
        fileNamePattern: 'motion-${System.PipelineName}-${System.Runtime.DateTime}',
        maximumSizeMiB: '512',
        baseDirectoryPath: '/clips',
      },
    ],
  },
};

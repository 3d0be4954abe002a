/** The topologies of `sluice record`: AVA's form. `examples/topologies/` has them as files. */

import { CAMERA_DEFAULTS } from '../../cameras-added/defaults.js';
import { formatDuration } from '../../core/duration.js';
import { seconds } from '../../core/time.js';

const span = (length: number): string => formatDuration(seconds(length));

const AVA = '#Microsoft.VideoAnalyzer.';

const CAMERA = {
  '@type': `${AVA}RtspSource`,
  name: 'camera',
  transport: 'tcp',
  endpoint: { '@type': `${AVA}UnsecuredEndpoint`, url: '${rtspUrl}' },
};

const MOTION = {
  '@type': `${AVA}MotionDetectionProcessor`,
  name: 'motion',
  sensitivity: '${sensitivity}',
  inputs: [{ nodeName: 'camera', outputSelectors: [{ property: 'mediaType', operator: 'is', value: 'video' }] }],
};

/** A secret, because people put passwords into it. */
const RTSP_URL = {
  name: 'rtspUrl',
  type: 'secretString',
  description: 'Address of the camera, with user and password',
};
const SENSITIVITY = {
  name: 'sensitivity',
  type: 'string',
  description: 'How little motion is enough: low, medium or high',
  default: CAMERA_DEFAULTS.sensitivity,
};

/** Opens at the first motion, with the 5 s before it, and closes when nothing has moved for 10 s. */
const GATE = {
  '@type': `${AVA}SignalGateProcessor`,
  name: 'gate',
  inputs: [{ nodeName: 'motion' }, { nodeName: 'camera' }],
  activationEvaluationWindow: span(CAMERA_DEFAULTS.evaluationSeconds),
  activationSignalOffset: span(-CAMERA_DEFAULTS.preRollSeconds),
  minimumActivationTime: span(CAMERA_DEFAULTS.untilQuietSeconds),
  maximumActivationTime: span(CAMERA_DEFAULTS.longestClipSeconds),
};

/** AVA's "EVR to files on motion". */
export const MOTION_TO_CLIPS = {
  '@apiVersion': '1.1',
  name: 'motion-to-clips',
  properties: {
    description: 'A file for each motion, from 5 s before it until 10 s after it, with sound',
    parameters: [
      RTSP_URL,
      SENSITIVITY,
      {
        name: 'maximumSizeMiB',
        type: 'int',
        description: 'Disk space of the clips in MiB; beyond it, the oldest are deleted',
        default: String(CAMERA_DEFAULTS.maximumClipsMiB),
      },
    ],
    sources: [CAMERA],
    processors: [MOTION, GATE],
    sinks: [
      {
        '@type': `${AVA}FileSink`,
        name: 'clips',
        inputs: [{ nodeName: 'gate' }],
        fileNamePattern: '${System.PipelineName}-${System.Runtime.DateTime}',
        baseDirectoryPath: '/clips',
        maximumSizeMiB: '${maximumSizeMiB}',
      },
    ],
  },
};

/** AVA's "CVR with motion detection". */
export const ALWAYS_TO_VIDEO = {
  '@apiVersion': '1.1',
  name: 'always-to-video',
  properties: {
    description: 'Everything, with sound, in a video that is named like the live pipeline; motion is told',
    parameters: [
      RTSP_URL,
      SENSITIVITY,
      { name: 'retention', type: 'string', description: 'How long recordings are kept', default: 'P30D' },
    ],
    sources: [CAMERA],
    processors: [MOTION],
    sinks: [
      {
        '@type': `${AVA}VideoSink`,
        name: 'video',
        inputs: [{ nodeName: 'camera' }, { nodeName: 'motion' }],
        videoName: '${System.PipelineName}',
        videoCreationProperties: {
          title: '${System.PipelineName}',
          description: 'All that a camera has sent',
          segmentLength: 'PT30S',
          retentionPeriod: '${retention}',
        },
        localMediaCachePath: '/var/lib/videoanalyzer/tmp/',
        localMediaCacheMaximumSizeMiB: '2048',
      },
    ],
  },
};

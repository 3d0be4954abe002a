import { type Static, Type } from 'typebox';
import { seconds } from '../../core/time.js';
import { AVA } from '../../topology/node-definition.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

const DAY = seconds(86_400);

const VideoCreationProperties = Type.Object(
  {
    title: Type.Optional(value({ kind: 'text', max: 256 }, 'Title of the video.')),
    description: Type.Optional(value({ kind: 'text', max: 2048 }, 'What the video shows.')),
    segmentLength: Type.Optional(
      value(
        { kind: 'duration', min: seconds(30), max: seconds(300), step: seconds(30), default: 'PT30S' },
        'Length of the segments in which the archive is written.',
      ),
    ),
    retentionPeriod: Type.Optional(
      value({ kind: 'duration', min: DAY, max: 3650 * DAY, step: DAY }, 'How long media is kept. Absent: for ever.'),
    ),
  },
  {
    title: 'VideoCreationProperties',
    description: 'Properties of the video, if it does not exist yet.',
    additionalProperties: false,
  },
);

const VideoPublishingOptions = Type.Object(
  {
    enableVideoPreviewImage: Type.Optional(value({ kind: 'bool' }, 'Whether preview pictures are made.')),
    disableVideoPreviewImage: Type.Optional(
      value({ kind: 'bool' }, 'Whether preview pictures are left out. The name is from another revision of AVA.'),
    ),
  },
  { title: 'VideoPublishingOptions', description: 'Preview pictures.', additionalProperties: false },
);

export const VideoSink = Type.Object(
  {
    '@type': nodeType(`${AVA}VideoSink`),
    localMediaCachePath: value(
      { kind: 'path', min: 1, max: 4096 },
      'Absolute path of the folder in which media is buffered.',
    ),
    localMediaCacheMaximumSizeMiB: value(
      { kind: 'int', min: 1, max: 2 ** 31 - 1 },
      'Disk space of that folder in MiB.',
    ),
    videoName: value({ kind: 'text', min: 1, max: 260 }, 'The video to write to. It is created if it does not exist.'),
    videoCreationProperties: Type.Optional(VideoCreationProperties),
    videoPublishingOptions: Type.Optional(VideoPublishingOptions),
    ...nameAndInputs,
  },
  { title: 'VideoSink', description: 'A continuous archive of one camera.', additionalProperties: false },
);

export type VideoSinkDocument = Static<typeof VideoSink>;

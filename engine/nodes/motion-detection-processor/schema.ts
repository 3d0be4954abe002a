import { type Static, Type } from 'typebox';
import { seconds } from '../../core/time.js';
import { WHEN_INSENSITIVE, type WhenInsensitive } from '../../core/when-insensitive.js';
import { AVA } from '../../topology/node-definition.js';
import { type Level, level } from '../../topology/schema/level.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { orJsonText, value } from '../../topology/schema/value-rule.js';

const Zone = Type.Object(
  {
    name: value({ kind: 'text', min: 1, max: 64 }, 'Name of the zone in events. Unique among the zones.'),
    kind: Type.Optional(
      value<'include' | 'exclude' | 'privacy'>(
        { kind: 'enum', values: ['include', 'exclude', 'privacy'], default: 'include' },
        '`include`: motion counts only inside such zones, if there are any. `exclude`: motion inside does not count. ' +
          '`privacy`: the picture inside is never analysed.',
      ),
    ),
    polygon: value(
      { kind: 'polygon' },
      'At least three corners, `[[x,y],…]`, as fractions of the width and height from the top left.',
    ),
    sensitivity: Type.Optional(value<Level>(level, "Used in this zone in place of the node's sensitivity.")),
    minimumSize: Type.Optional(
      value(
        { kind: 'number', min: 0, max: 1 },
        'Size of the smallest region that counts, as a fraction of the picture.',
      ),
    ),
  },
  { title: 'MotionZone', description: "Sluice's extension: a part of the picture.", additionalProperties: false },
);

export const MotionDetectionProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}MotionDetectionProcessor`),
    sensitivity: Type.Optional(
      value<Level>({ ...level, assumed: 'medium' }, 'How little motion is enough to be reported. `high`: very little.'),
    ),
    outputMotionRegion: Type.Optional(
      value<boolean | string>(
        { kind: 'bool', json: 'boolean', assumed: 'true' },
        'Whether events carry the regions that moved.',
      ),
    ),
    eventAggregationWindow: Type.Optional(
      value(
        { kind: 'duration', min: 0, max: seconds(3600), default: 'PT1S' },
        'Motion within this time is reported in one event. `PT0S`: one event for every frame with motion.',
      ),
    ),
    decodePolicy: Type.Optional(
      value(
        { kind: 'decodePolicy' },
        "Sluice's extension: which frames are decoded. `adaptive`: keyframes until something differs, then five a second from the " +
          'keyframe before on, or keyframes again while a gate records and only gates take what is found (`adaptive:1/N`, N from 2 to 5: ' +
          'one keyframe in N). `keyframes` (at most five a second), `fps:N` (N from 1 to ' +
          "120) or `full`. Absent: the engine's setting.",
      ),
    ),
    whenInsensitive: Type.Optional(
      value<WhenInsensitive>(
        { kind: 'enum', values: WHEN_INSENSITIVE },
        "Sluice's extension: what happens while objects in much of the picture could not be found, because of rain, light that " +
          "shakes, darkness or blur. `report`: an event says so. `record`: everything is recorded as well. Absent: the engine's setting.",
      ),
    ),
    zones: Type.Optional(
      orJsonText(
        Type.Array(Zone, {
          description:
            "Sluice's extension: parts of the picture. May be a string that contains this array as JSON, so that a parameter can hold it.",
          maxItems: 64,
        }),
      ),
    ),
    ...nameAndInputs,
  },
  {
    title: 'MotionDetectionProcessor',
    description: 'Detects motion, reports it in events, and passes on the frames that have it.',
    additionalProperties: false,
  },
);

export type MotionDetectionDocument = Static<typeof MotionDetectionProcessor>;

import { Type } from 'typebox';
import { seconds } from '../../core/time.js';
import { AVA, discriminated } from './endpoints.js';
import { nameAndInputs, nodeType } from './node-parts.js';
import { type ValueRule, value } from './value-rule.js';

type Level = 'low' | 'medium' | 'high';
const level: ValueRule = { kind: 'enum', values: ['low', 'medium', 'high'] };

export const Zone = Type.Object(
  {
    name: value({ kind: 'text', min: 1, max: 64 }, 'Unique among the zones. Events name it.'),
    kind: Type.Optional(
      value<'include' | 'exclude' | 'privacy'>(
        { kind: 'enum', values: ['include', 'exclude', 'privacy'], default: 'include' },
        '`include`: motion counts only inside such zones, if there are any. `exclude`: motion inside does not count. ' +
          '`privacy`: the picture inside is never looked at.',
      ),
    ),
    polygon: value(
      { kind: 'polygon' },
      'At least three corners, `[[x,y],…]`, shares of width and height from the top left.',
    ),
    sensitivity: Type.Optional(value<Level>(level, "Instead of the node's.")),
    minimumSize: Type.Optional(
      value({ kind: 'number', min: 0, max: 1 }, 'Smallest region that counts, as a share of the picture.'),
    ),
  },
  { title: 'MotionZone', description: "Sluice's extension: a part of the picture.", additionalProperties: false },
);

export const MotionDetectionProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}MotionDetectionProcessor`),
    sensitivity: Type.Optional(value<Level>({ ...level, assumed: 'medium' }, 'How little motion is reported.')),
    outputMotionRegion: Type.Optional(
      value<boolean | string>(
        { kind: 'bool', json: 'boolean', assumed: 'true' },
        'Whether events carry the regions that moved.',
      ),
    ),
    eventAggregationWindow: Type.Optional(
      value(
        { kind: 'duration', min: 0, max: seconds(3600), default: 'PT1S' },
        'Motion within this time is one event. `PT0S`: one event for every frame with motion.',
      ),
    ),
    decodePolicy: Type.Optional(
      value(
        { kind: 'decodePolicy' },
        "Sluice's extension: which frames are decoded. `keyframes`, `fps:N` (N from 1 to 120) or `full`. " +
          "Absent: the engine's setting.",
      ),
    ),
    zones: Type.Optional(
      Type.Array(Zone, {
        description:
          "Sluice's extension: parts of the picture. May be a text with this array in JSON, so that a parameter can carry it.",
        maxItems: 64,
        'x-json-text': true,
      }),
    ),
    ...nameAndInputs,
  },
  {
    title: 'MotionDetectionProcessor',
    description: 'Reports motion, and passes on the frames that have it.',
    additionalProperties: false,
  },
);

export const SignalGateProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}SignalGateProcessor`),
    activationEvaluationWindow: Type.Optional(
      value(
        { kind: 'duration', min: 0, max: seconds(10), assumed: 'PT1S' },
        'How long after the first event earlier ones may still arrive.',
      ),
    ),
    activationSignalOffset: Type.Optional(
      value(
        { kind: 'duration', min: seconds(-60), max: seconds(60), assumed: 'PT0S' },
        'Moves the beginning of the recording. Negative: into the past, which the gate keeps in memory.',
      ),
    ),
    minimumActivationTime: Type.Optional(
      value(
        { kind: 'duration', min: seconds(10), max: seconds(3600), assumed: 'PT30S' },
        'How long the gate stays open after the last event.',
      ),
    ),
    maximumActivationTime: Type.Optional(
      value(
        { kind: 'duration', min: seconds(10), max: seconds(3600), assumed: 'PT30S' },
        'How long the gate stays open after the first event at most. Not less than the minimum.',
      ),
    ),
    ...nameAndInputs,
  },
  {
    title: 'SignalGateProcessor',
    description: 'Lets media through, encoded as it is, around the events that reach it.',
    additionalProperties: false,
  },
);

export const ObjectTrackingProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}ObjectTrackingProcessor`),
    accuracy: Type.Optional(value<Level>(level, 'More accuracy costs more of the processor.')),
    ...nameAndInputs,
  },
  {
    title: 'ObjectTrackingProcessor',
    description: 'Follows the objects of an extension between its results.',
    additionalProperties: false,
  },
);

export const NamedLineString = Type.Object(
  {
    '@type': nodeType(`${AVA}NamedLineString`),
    line: value({ kind: 'line' }, 'Two ends, `[[x1,y1],[x2,y2]]`, shares of width and height from the top left.'),
    name: value({ kind: 'text', min: 1, max: 256 }, 'Events name it.'),
  },
  { title: 'NamedLineString', description: 'A line across the picture.', additionalProperties: false },
);

export const NamedLine = Type.Union([NamedLineString], discriminated);

export const LineCrossingProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}LineCrossingProcessor`),
    lines: Type.Array(NamedLine, { minItems: 1, description: 'The lines that are watched.' }),
    ...nameAndInputs,
  },
  {
    title: 'LineCrossingProcessor',
    description: 'Reports tracked objects that cross a line, with direction and totals.',
    additionalProperties: false,
  },
);

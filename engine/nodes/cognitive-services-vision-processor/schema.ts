import { type Static, type TObject, type TProperties, Type } from 'typebox';
import { AVA } from '../../topology/node-definition.js';
import { discriminated, endpointOf } from '../../topology/schema/endpoints.js';
import { ImageProperties, SamplingOptions } from '../../topology/schema/extension-parts.js';
import { NamedLine } from '../../topology/schema/named-line.js';
import { nameAndInputs, nodeType } from '../../topology/schema/node-parts.js';
import { value } from '../../topology/schema/value-rule.js';

const NamedPolygon = Type.Union(
  [
    Type.Object(
      {
        '@type': nodeType(`${AVA}NamedPolygonString`),
        polygon: value(
          { kind: 'polygon' },
          'Corners, `[[x,y],…]`, as fractions of the width and height from the top left.',
        ),
        name: value({ kind: 'text', min: 1, max: 256 }, 'Name of the region in events.'),
      },
      { title: 'NamedPolygonString', description: 'A region of the picture.', additionalProperties: false },
    ),
  ],
  discriminated,
);

const optionalText = (description: string) => Type.Optional(value({ kind: 'text' }, description));
const optionalNumber = (description: string) => Type.Optional(value({ kind: 'number' }, description));

const typedOperation = {
  debug: optionalText('Debugging of the operation.'),
  calibrationConfiguration: optionalText('Advanced calibration.'),
  cameraConfiguration: optionalText(
    'How the camera sees the ground: JSON with `cameras`, whose first has `camera_height` in feet, `camera_focal_length` ' +
      'in pixels and `camera_tiltup_angle` in radians from straight down. Without it distances are estimated.',
  ),
  cameraCalibratorNodeConfiguration: optionalText('Advanced settings of the calibrator.'),
  detectorNodeConfiguration: optionalText('Advanced settings of the detector.'),
  trackerNodeConfiguration: optionalText('Advanced settings of the tracker.'),
  enableFaceMaskClassifier: Type.Optional(value({ kind: 'bool' }, 'Whether face masks are looked for.')),
};

const eventBase = {
  threshold: Type.Optional(
    value(
      { kind: 'number', min: 0 },
      'How far beyond the border of the zone or line a person must be at least, in pixels of the pictures that are ' +
        'analysed. Without it, a part of the size of the person.',
    ),
  ),
  focus: Type.Optional(
    value<'center' | 'bottomCenter' | 'footprint'>(
      { kind: 'enum', values: ['center', 'bottomCenter', 'footprint'] },
      'The point that represents the position of a person. `footprint` is the same as `bottomCenter`, which is used if absent.',
    ),
  ),
};

const triggered = {
  trigger: Type.Optional(
    value<'event' | 'interval'>(
      { kind: 'enum', values: ['event', 'interval'], assumed: 'event' },
      'When results are sent: when they have changed, or at intervals.',
    ),
  ),
  outputFrequency: Type.Optional(
    value(
      { kind: 'number', min: 0, assumed: '1' },
      'Every how many results are sent; at intervals, how many seconds there are between them.',
    ),
  ),
};

const events = <P extends TProperties>(properties: P): TObject<P> =>
  Type.Object(properties, { description: 'An event of the operation.', additionalProperties: false });

const zoneOperation = <const N extends string, P extends TProperties>(name: N, event: P) =>
  Type.Object(
    {
      '@type': nodeType(`${AVA}${name}`),
      ...typedOperation,
      zones: Type.Array(
        Type.Object(
          { zone: NamedPolygon, events: Type.Optional(Type.Array(events({ ...event, ...eventBase }))) },
          { description: 'A region and its events.', additionalProperties: false },
        ),
        { minItems: 1, description: 'The regions that are watched.' },
      ),
    },
    { title: name, description: 'An operation of the spatial-analysis container.', additionalProperties: false },
  );

const Operation = Type.Union(
  [
    Type.Object(
      {
        '@type': nodeType(`${AVA}SpatialAnalysisCustomOperation`),
        extensionConfiguration: value(
          { kind: 'text' },
          "The container's own configuration as JSON: `operationId`, and zones or lines in `SPACEANALYTICS_CONFIG`.",
        ),
      },
      {
        title: 'SpatialAnalysisCustomOperation',
        description: 'An operation that the string configures.',
        additionalProperties: false,
      },
    ),
    zoneOperation('SpatialAnalysisPersonCountOperation', triggered),
    zoneOperation('SpatialAnalysisPersonZoneCrossingOperation', {
      eventType: Type.Optional(
        value<'zoneCrossing' | 'zoneDwellTime'>(
          { kind: 'enum', values: ['zoneCrossing', 'zoneDwellTime'], assumed: 'zoneCrossing' },
          'What is reported: who enters and leaves, or how long those who leave were there.',
        ),
      ),
    }),
    zoneOperation('SpatialAnalysisPersonDistanceOperation', {
      ...triggered,
      minimumDistanceThreshold: optionalNumber(
        'In feet. People who are closer to each other are reported as `TooClose`.',
      ),
      maximumDistanceThreshold: optionalNumber(
        'In feet. People who are farther from the next one are reported as `TooFar`.',
      ),
    }),
    Type.Object(
      {
        '@type': nodeType(`${AVA}SpatialAnalysisPersonLineCrossingOperation`),
        ...typedOperation,
        lines: Type.Array(
          Type.Object(
            { line: NamedLine, events: Type.Optional(Type.Array(events(eventBase))) },
            { description: 'A line and its events.', additionalProperties: false },
          ),
          { minItems: 1, description: 'The lines that are watched.' },
        ),
      },
      {
        title: 'SpatialAnalysisPersonLineCrossingOperation',
        description: 'An operation of the spatial-analysis container.',
        additionalProperties: false,
      },
    ),
  ],
  { ...discriminated, description: 'The operation of the container.' },
);

export const CognitiveServicesVisionProcessor = Type.Object(
  {
    '@type': nodeType(`${AVA}CognitiveServicesVisionProcessor`),
    endpoint: endpointOf(['tcp', 'grpc', 'http', 'https']),
    image: Type.Optional(ImageProperties),
    samplingOptions: Type.Optional(SamplingOptions),
    operation: Operation,
    ...nameAndInputs,
  },
  {
    title: 'CognitiveServicesVisionProcessor',
    description: 'Sends frames to the spatial-analysis container and passes on what it infers.',
    additionalProperties: false,
  },
);

export type CognitiveServicesVisionDocument = Static<typeof CognitiveServicesVisionProcessor>;
export type SpatialOperationDocument = CognitiveServicesVisionDocument['operation'];

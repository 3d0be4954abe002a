import { type TObject, type TProperties, Type } from 'typebox';
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
  cameraConfiguration: optionalText('Advanced camera settings.'),
  cameraCalibratorNodeConfiguration: optionalText('Advanced settings of the calibrator.'),
  detectorNodeConfiguration: optionalText('Advanced settings of the detector.'),
  trackerNodeConfiguration: optionalText('Advanced settings of the tracker.'),
  enableFaceMaskClassifier: Type.Optional(value({ kind: 'bool' }, 'Whether face masks are looked for.')),
};

const eventBase = {
  threshold: optionalNumber('Lowest confidence of an event, in percent.'),
  focus: Type.Optional(
    value<'center' | 'bottomCenter' | 'footprint'>(
      { kind: 'enum', values: ['center', 'bottomCenter', 'footprint'] },
      'The point that represents the position of a person.',
    ),
  ),
};

const triggered = {
  trigger: Type.Optional(
    value<'event' | 'interval'>({ kind: 'enum', values: ['event', 'interval'] }, 'When results are sent.'),
  ),
  outputFrequency: optionalNumber('How often results are sent.'),
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
        extensionConfiguration: value({ kind: 'text' }, 'Passed to the container unchanged.'),
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
          { kind: 'enum', values: ['zoneCrossing', 'zoneDwellTime'] },
          'What is reported.',
        ),
      ),
    }),
    zoneOperation('SpatialAnalysisPersonDistanceOperation', {
      ...triggered,
      minimumDistanceThreshold: optionalNumber('In feet.'),
      maximumDistanceThreshold: optionalNumber('In feet.'),
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

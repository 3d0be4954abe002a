import { SluiceError } from '../../core/errors.js';
import { cameraOf } from '../../spatial/camera-configuration.js';
import { parseCustomConfiguration } from '../../spatial/custom-configuration.js';
import type { SpatialSettings, WatchSettings } from '../../spatial/settings.js';
import { shortType } from '../../topology/node-definition.js';
import { type Point, parsePoints } from '../../topology/polygon.js';
import { type ExtensionSettings, extensionSettings } from '../extension-settings.js';
import type { CognitiveServicesVisionDocument, SpatialOperationDocument } from './schema.js';

type Typed = Exclude<SpatialOperationDocument, { extensionConfiguration: string }>;
type ZoneOperation = Extract<Typed, { zones: unknown }>;
type ZoneItem = ZoneOperation['zones'][number];
type LineItem = Extract<Typed, { lines: unknown }>['lines'][number];
type CommonEvent = NonNullable<LineItem['events']>[number];

/** The events of all zone operations together; each operation has some of them. */
interface ZoneEvent extends CommonEvent {
  trigger?: 'event' | 'interval';
  outputFrequency?: string;
  eventType?: 'zoneCrossing' | 'zoneDwellTime';
  minimumDistanceThreshold?: string;
  maximumDistanceThreshold?: string;
}

/** Meant for the container's own parts, which do not exist here. */
const WITHOUT_EFFECT = [
  'debug',
  'calibrationConfiguration',
  'cameraCalibratorNodeConfiguration',
  'detectorNodeConfiguration',
  'trackerNodeConfiguration',
  'enableFaceMaskClassifier',
] as const;

export interface CognitiveServicesVisionSettings {
  extension: ExtensionSettings;
  operation: SpatialSettings;
  /** Passed to the server unchanged. */
  extensionConfiguration: string | undefined;
}

export const cognitiveServicesVisionSettings = (
  document: CognitiveServicesVisionDocument,
): CognitiveServicesVisionSettings => ({
  extension: extensionSettings(document),
  operation: spatialSettings(document.operation),
  extensionConfiguration:
    'extensionConfiguration' in document.operation ? document.operation.extensionConfiguration : undefined,
});

/** What a SpatialOperation is made from. The document has been checked, also by `checkOperation`. */
export const spatialSettings = (operation: SpatialOperationDocument): SpatialSettings => {
  if ('extensionConfiguration' in operation) {
    const settings = parseCustomConfiguration(operation.extensionConfiguration);
    if (typeof settings === 'string') {
      throw new SluiceError('PipelineValidationError', `the extensionConfiguration ${settings}`, { kind: 'invalid' });
    }
    return settings;
  }
  const watches =
    'lines' in operation
      ? operation.lines.flatMap(lineWatches)
      : operation.zones.flatMap((item) => zoneWatches(shortType(operation['@type']), item));
  const camera = cameraOf(operation.cameraConfiguration);
  return { watches, camera, ignored: ignoredOf(operation, camera !== undefined) };
};

const ignoredOf = (operation: Typed, hasCamera: boolean): string[] => {
  const ignored: string[] = WITHOUT_EFFECT.filter((property) => {
    const value = operation[property];
    return value !== undefined && !/^(?:false|)$/i.test(String(value));
  });
  return operation.cameraConfiguration && !hasCamera ? [...ignored, 'cameraConfiguration'] : ignored;
};

const pointsOf = (text: string): Point[] => parsePoints(text, 2, 1024) as Point[];

const numberOf = (text: string | undefined, fallback: number): number => (text === undefined ? fallback : Number(text));

const commonOf = ({ focus, threshold, outputFrequency }: ZoneEvent) => ({
  focus: focus ?? 'bottomCenter',
  threshold: numberOf(threshold, 0),
  every: Math.max(1, Math.round(numberOf(outputFrequency, 1))),
});

const eventsOf = <E>(events: readonly E[] | undefined): readonly (E | object)[] =>
  events && events.length > 0 ? events : [{}];

const lineWatches = ({ line: { name, line }, events }: LineItem): WatchSettings[] => {
  const [from, to] = pointsOf(line) as [Point, Point];
  return eventsOf(events).map((event) => ({ kind: 'line', line: { name, from, to }, ...commonOf(event) }));
};

const zoneWatches = (operation: string, { zone, events }: ZoneItem): WatchSettings[] =>
  eventsOf<ZoneEvent>(events).map((event: ZoneEvent) => {
    const common = { name: zone.name, polygon: pointsOf(zone.polygon), ...commonOf(event) };
    const trigger = event.trigger ?? 'event';
    if (operation === 'SpatialAnalysisPersonCountOperation') return { kind: 'count', ...common, trigger };
    if (operation === 'SpatialAnalysisPersonZoneCrossingOperation') {
      return { kind: event.eventType === 'zoneDwellTime' ? 'dwell' : 'crossing', ...common };
    }
    const minimum = numberOf(event.minimumDistanceThreshold, 0);
    const maximum = numberOf(event.maximumDistanceThreshold, Number.POSITIVE_INFINITY);
    return { kind: 'distance', ...common, trigger, minimum, maximum };
  });

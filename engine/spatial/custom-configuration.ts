import type { Point } from '../topology/polygon.js';
import { cameraOf } from './camera-configuration.js';
import type { Focus } from './geometry.js';
import type { Line } from './line-passage.js';
import { isObject, type Loose, listOf, nameOf, numberOf, objectOf, pointsOf, Unusable, wordOf } from './loose-json.js';
import type { SpatialSettings, WatchSettings } from './settings.js';

type Kind = WatchSettings['kind'];

const OPERATION =
  /^cognitiveservices\.vision\.spatialanalysis(?:-(\w+))?(?:\.(?:azurevideoanalyzer|livevideoanalytics))?(?:\.debug)?$/i;

/** Events that an operation knows; the first is meant if none is named. */
const EVENTS_OF: ReadonlyMap<string, readonly Kind[]> = new Map([
  ['', ['crossing', 'count', 'dwell', 'distance', 'line']],
  ['personcount', ['count']],
  ['personcrossingline', ['line']],
  ['personcrossingpolygon', ['crossing', 'dwell']],
  ['persondistance', ['distance']],
]);

const KINDS: Readonly<Record<string, Kind>> = {
  count: 'count',
  linecrossing: 'line',
  zonecrossing: 'crossing',
  zonedwelltime: 'dwell',
  persondistance: 'distance',
};

const FOCUSES: Readonly<Record<string, Focus>> = {
  center: 'center',
  bottom_center: 'bottomCenter',
  bottomcenter: 'bottomCenter',
  footprint: 'footprint',
};

/** The container's own form of a line is an object with a start and an end. */
const lineOf = (name: string, value: unknown, place: string): Line => {
  const ends = isObject(value)
    ? [value['start'], value['end']].map((end) => (isObject(end) ? [end['x'], end['y']] : end))
    : value;
  const [from, to] = pointsOf(ends, place, 2, 2) as [Point, Point];
  return { name, from, to };
};

/** The events of a zone or line, made into watches. */
class Events {
  readonly watches: WatchSettings[] = [];
  readonly ignored: string[] = [];
  readonly #allowed: readonly Kind[];

  constructor(allowed: readonly Kind[]) {
    this.#allowed = allowed;
  }

  zone(zone: Loose, place: string): void {
    const name = nameOf(zone['name'], place);
    const polygon = pointsOf(zone['polygon'], `${place}.polygon`, 3, 1024);
    if (zone['target_side'] !== undefined) this.ignored.push('target_side');
    for (const [kind, config, at] of this.#events(zone, place, false)) {
      const common = { name, polygon, ...this.#common(config, at) };
      const trigger = wordOf(
        { event: 'event', interval: 'interval' } as const,
        config['trigger'],
        `${at}.trigger`,
        'event',
      );
      if (kind === 'crossing' || kind === 'dwell') this.watches.push({ kind, ...common });
      else if (kind === 'count') this.watches.push({ kind, ...common, trigger });
      else if (kind === 'distance') {
        if (config['aggregation_method'] === 'mode') this.ignored.push('aggregation_method');
        const minimum = numberOf(config['minimum_distance_threshold'], `${at}.minimum_distance_threshold`, 0);
        const most = Number.POSITIVE_INFINITY;
        const maximum = numberOf(config['maximum_distance_threshold'], `${at}.maximum_distance_threshold`, most);
        this.watches.push({ kind, ...common, trigger, minimum, maximum });
      }
    }
  }

  line(line: Loose, place: string): void {
    const crossed = lineOf(nameOf(line['name'], place), line['line'], `${place}.line`);
    for (const [, config, at] of this.#events(line, place, true)) {
      this.watches.push({ kind: 'line', line: crossed, ...this.#common(config, at) });
    }
  }

  #events(owner: Loose, place: string, ofLine: boolean): [kind: Kind, config: Loose, place: string][] {
    const possible = this.#allowed.filter((kind) => (kind === 'line') === ofLine);
    const [usual] = possible;
    if (usual === undefined) throw new Unusable(`${place} is of no use: the operation has no events for it`);
    const events = listOf(owner['events'], `${place}.events`);
    if (events.length === 0) return [[usual, {}, place]];
    return events.map((each, n) => {
      const at = `${place}.events[${n}]`;
      const event = objectOf(each, at);
      const kind = wordOf(KINDS, event['type'], `${at}.type`, usual);
      if (!possible.includes(kind)) throw new Unusable(`${at}.type does not fit the operation`);
      return [kind, objectOf(event['config'] ?? {}, `${at}.config`), `${at}.config`];
    });
  }

  #common(config: Loose, place: string) {
    return {
      focus: wordOf(FOCUSES, config['focus'], `${place}.focus`, 'bottomCenter'),
      threshold: numberOf(config['threshold'], `${place}.threshold`, 0),
      every: Math.max(1, Math.round(numberOf(config['output_frequency'], `${place}.output_frequency`, 1))),
    };
  }
}

const parse = (text: string): SpatialSettings => {
  const configuration = objectOf(text, 'it');
  const operationId = configuration['operationId'];
  const found = OPERATION.exec(typeof operationId === 'string' ? operationId : '');
  const allowed = found ? EVENTS_OF.get(found[1]?.toLowerCase() ?? '') : undefined;
  if (!allowed) {
    throw new Unusable(
      'operationId must be that of a spatial analysis, such as cognitiveservices.vision.spatialanalysis-personcount',
    );
  }
  const parameters = objectOf(configuration['parameters'] ?? {}, 'parameters');
  const place = 'parameters.SPACEANALYTICS_CONFIG';
  const space = objectOf(parameters['SPACEANALYTICS_CONFIG'] ?? {}, place);
  const events = new Events(allowed);
  for (const [n, zone] of listOf(space['zones'], `${place}.zones`).entries()) {
    events.zone(objectOf(zone, `${place}.zones[${n}]`), `${place}.zones[${n}]`);
  }
  for (const [n, line] of listOf(space['lines'], `${place}.lines`).entries()) {
    events.line(objectOf(line, `${place}.lines[${n}]`), `${place}.lines[${n}]`);
  }
  if (events.watches.length === 0) throw new Unusable(`${place} has neither zones nor lines`);
  const camera = cameraOf(parameters['CAMERA_CONFIG']);
  if (/^true$/i.test(String(parameters['ENABLE_FACE_MASK_CLASSIFIER'])))
    events.ignored.push('ENABLE_FACE_MASK_CLASSIFIER');
  return { watches: events.watches, camera, ignored: [...new Set(events.ignored)] };
};

/**
 * The `extensionConfiguration` of a SpatialAnalysisCustomOperation, as the container takes it.
 * @returns what it asks for, or a message that says why that cannot be done
 */
export const parseCustomConfiguration = (text: string): SpatialSettings | string => {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof Unusable) return `cannot be carried out: ${error.message}`;
    throw error;
  }
};

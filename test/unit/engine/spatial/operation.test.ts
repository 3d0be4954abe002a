import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../engine/spatial/geometry.js';
import { SpatialOperation } from '../../../../engine/spatial/operation.js';
import type { Inference, TrackedPerson } from '../../../../engine/spatial/report.js';
import type { SpatialSettings, WatchSettings } from '../../../../engine/spatial/settings.js';
import { at, lineOf, path, standingOn } from '../../../kit/walks.js';

const HALF: Point[] = [
  [0.5, 0],
  [1, 0],
  [1, 1],
  [0.5, 1],
];
const SIZE = { width: 1000, height: 500 };
const COMMON = { focus: 'bottomCenter', threshold: 0, every: 1 } as const;
const ZONE = { name: 'shop', polygon: HALF, ...COMMON };

const person = (id: string, feet: Point, h = 0.2): TrackedPerson => ({
  sequenceId: id,
  confidence: 0.9,
  box: standingOn(feet, 0.1, h),
});

const started = (watches: WatchSettings[], more: Partial<SpatialSettings> = {}) => {
  let ids = 0;
  return new SpatialOperation({ watches, ...more }, () => `id${++ids}`);
};

const eventsOf = (inferences: readonly Inference[]) =>
  inferences.flatMap((inference) => (inference['type'] === 'event' ? [inference['event'] as Inference] : []));
const propertiesOf = (inferences: readonly Inference[]) =>
  eventsOf(inferences).map(({ properties }) => properties as Record<string, string>);

/** One person for each list of points, ten pictures a second. */
const walked = (operation: SpatialOperation, ...ways: Point[][]) => {
  const length = Math.max(...ways.map((way) => way.length));
  return Array.from({ length }, (_, n) => {
    const people = ways.flatMap((way, id) => (way[n] ? [person(`p${id}`, way[n])] : []));
    return operation.step({ at: at(n / 10), size: SIZE, people });
  });
};

describe('person count', () => {
  it('is told at first, and when it changes', () => {
    const operation = started([{ kind: 'count', ...ZONE, trigger: 'event' }]);
    const told = walked(
      operation,
      path(
        [
          [0.2, 0.5],
          [0.8, 0.5],
          [0.2, 0.5],
        ],
        10,
      ),
      Array(21).fill([0.9, 0.9]),
    );
    expect(told.flatMap(propertiesOf)).toEqual([
      { personCount: '1.0', zone: 'shop' },
      { personCount: '2.0', zone: 'shop' },
      { personCount: '1.0', zone: 'shop' },
    ]);
  });

  it("has AVA's form: those who are counted, and an event that refers to them", () => {
    const operation = started([{ kind: 'count', ...ZONE, trigger: 'event' }]);
    const people = [
      person('a', [0.8, 0.5]),
      person('b', [0.2, 0.5]),
      { ...person('c', [0.9, 0.5]), inferenceId: 'own' },
    ];
    expect(operation.step({ at: at(0), size: SIZE, people })).toEqual([
      {
        type: 'entity',
        inferenceId: 'id1',
        sequenceId: 'a',
        entity: { tag: { value: 'person', confidence: 0.9 }, box: people[0]!.box },
        extensions: { trackingId: 'a' },
      },
      expect.objectContaining({ type: 'entity', inferenceId: 'own' }),
      {
        type: 'event',
        inferenceId: 'id2',
        relatedInferences: ['id1', 'own'],
        event: { name: 'personCountEvent', properties: { personCount: '2.0', zone: 'shop' } },
      },
    ]);
    expect(operation.step({ at: at(1), size: SIZE, people })).toEqual([]);
  });

  it('is told for an empty zone too', () => {
    const operation = started([{ kind: 'count', ...ZONE, trigger: 'event' }]);
    expect(operation.step({ at: at(0), size: SIZE, people: [] })).toEqual([
      {
        type: 'event',
        inferenceId: 'id1',
        event: { name: 'personCountEvent', properties: { personCount: '0.0', zone: 'shop' } },
      },
    ]);
  });

  it('is told every so many changes', () => {
    const operation = started([{ kind: 'count', ...ZONE, every: 2, trigger: 'event' }]);
    const told = [0, 1, 2, 3, 2, 1].map((count, n) => {
      const people = Array.from({ length: count }, (_, id) => person(`${id}`, [0.8, 0.5]));
      return operation.step({ at: at(n * 2), size: SIZE, people });
    });
    expect(told.flatMap(propertiesOf).map(({ personCount }) => personCount)).toEqual(['0.0', '2.0', '2.0']);
  });

  it('is told at intervals, also between pictures, until what is known is old', () => {
    const operation = started([{ kind: 'count', ...ZONE, every: 3, trigger: 'interval' }]);
    expect(operation.tick(at(0))).toEqual([]);
    const people = [person('a', [0.8, 0.5])];
    const told = Array.from({ length: 70 }, (_, n) => operation.step({ at: at(n / 10), size: SIZE, people }));
    expect(told.map((each, n) => (each.length > 0 ? n / 10 : -1)).filter((time) => time >= 0)).toEqual([0, 3, 6]);
    const ticks = Array.from({ length: 20 }, (_, n) => n + 7).filter((time) => operation.tick(at(time)).length > 0);
    expect(ticks).toEqual([9, 12, 15]);
  });
});

describe('zone crossing', () => {
  it('is told with the side', () => {
    const operation = started([{ kind: 'crossing', ...ZONE }]);
    const told = walked(
      operation,
      path(
        [
          [0.2, 0.5],
          [0.8, 0.5],
          [0.2, 0.5],
        ],
        10,
      ),
    );
    expect(told.flatMap(eventsOf)).toEqual([
      { name: 'personZoneEnterExitEvent', properties: { trackingId: 'p0', status: 'Enter', side: '4', zone: 'shop' } },
      { name: 'personZoneEnterExitEvent', properties: { trackingId: 'p0', status: 'Exit', side: '4', zone: 'shop' } },
    ]);
  });

  it('is told without a picture of those who have vanished', () => {
    const operation = started([{ kind: 'crossing', ...ZONE }]);
    operation.step({ at: at(0), size: SIZE, people: [person('a', [0.8, 0.5])] });
    const told = operation.step({ at: at(2), size: SIZE, people: [] });
    expect(told).toHaveLength(1);
    expect(told[0]).not.toHaveProperty('relatedInferences');
    expect(propertiesOf(told)).toMatchObject([{ status: 'Exit', side: '' }]);
  });

  it('needs a threshold in pixels of the picture', () => {
    const operation = started([{ kind: 'crossing', ...ZONE, threshold: 100 }]);
    const enters = (x: number, n: number) =>
      operation.step({ at: at(n), size: SIZE, people: [person('a', [x, 0.5])] }).length > 0;
    expect([0.2, 0.55, 0.59, 0.61].map(enters)).toEqual([false, false, false, true]);
  });
});

describe('dwell time', () => {
  it('is told to those who leave', () => {
    const operation = started([{ kind: 'dwell', ...ZONE }]);
    const told = walked(
      operation,
      path(
        [
          [0.2, 0.5],
          [0.8, 0.5],
          [0.2, 0.5],
        ],
        10,
      ),
    );
    // On the border at the 6th picture, which is inside, and at the 17th outside again.
    expect(told.flatMap(eventsOf)).toEqual([
      {
        name: 'personZoneDwellTimeEvent',
        properties: {
          trackingId: 'p0',
          status: 'Exit',
          side: '4',
          zone: 'shop',
          durationMs: '1100',
          dwellTime: '1100.0',
          dwellFrames: '11',
        },
      },
    ]);
  });
});

describe('person line crossing', () => {
  it('is told with left and right as seen along the line', () => {
    const operation = started([{ kind: 'line', line: lineOf([0.5, 0.9], [0.5, 0.1], 'door'), ...COMMON }]);
    const told = walked(
      operation,
      path(
        [
          [0.2, 0.5],
          [0.8, 0.5],
          [0.2, 0.5],
        ],
        10,
      ),
    );
    expect(told.flatMap(eventsOf)).toEqual([
      { name: 'personLineEvent', properties: { trackingId: 'p0', status: 'CrossRight', zone: 'door' } },
      { name: 'personLineEvent', properties: { trackingId: 'p0', status: 'CrossLeft', zone: 'door' } },
    ]);
  });
});

describe('person distance', () => {
  const WATCH = { kind: 'distance', ...ZONE, trigger: 'event', minimum: 6, maximum: 20 } as const;
  const told = (operation: SpatialOperation, n: number, ...feet: Point[]) =>
    propertiesOf(operation.step({ at: at(n), size: SIZE, people: feet.map((each, id) => person(`${id}`, each)) }));

  it('is estimated from the height of people, and says so', () => {
    const operation = started([WATCH]);
    expect(operation.notices).toMatchObject([{ code: 'distancesEstimated' }]);
    expect(told(operation, 0, [0.6, 0.5])).toEqual([]);
    // 100 pixels, as people are tall: 5.58 feet.
    expect(told(operation, 1, [0.6, 0.5], [0.7, 0.5])).toEqual([
      {
        personCount: '2.0',
        averageDistance: '5.58',
        minimumDistanceThreshold: '6.0',
        maximumDistanceThreshold: '20.0',
        eventName: 'TooClose',
        distanceViolationPersonCount: '2.0',
        zone: 'shop',
        calibrated: 'false',
      },
    ]);
    // A little farther than the threshold is not enough to be apart.
    expect(told(operation, 2, [0.6, 0.5], [0.71, 0.5])).toEqual([]);
    expect(told(operation, 3, [0.6, 0.5], [0.75, 0.5])).toMatchObject([{ eventName: 'Unknown' }]);
    expect(told(operation, 4, [0.51, 0.5], [0.95, 0.5])).toMatchObject([{ eventName: 'TooFar' }]);
  });

  it('is measured on the ground if the camera is known', () => {
    // Ten feet up, looking straight down: a foot is 50 pixels everywhere.
    const camera = { height: 10, focalLength: 500, tilt: 0 };
    const operation = started([WATCH], { camera });
    expect(operation.notices).toEqual([]);
    expect(told(operation, 0, [0.6, 0.5], [0.6, 0.9])).toMatchObject([
      { averageDistance: '4.0', eventName: 'TooClose', calibrated: 'true' },
    ]);
  });

  it('counts everybody who is close to anybody', () => {
    const operation = started([WATCH]);
    expect(told(operation, 0, [0.6, 0.5], [0.65, 0.5], [0.95, 0.5])).toMatchObject([
      { eventName: 'TooClose', personCount: '3.0', distanceViolationPersonCount: '2.0' },
    ]);
  });

  it('leaves out those outside of the zone', () => {
    expect(told(started([WATCH]), 0, [0.6, 0.5], [0.45, 0.5])).toEqual([]);
  });

  it('may have no upper threshold', () => {
    const operation = started([{ ...WATCH, maximum: Number.POSITIVE_INFINITY, trigger: 'interval' }]);
    expect(told(operation, 0, [0.51, 0.5], [0.99, 0.5])).toMatchObject([
      { eventName: 'Unknown', maximumDistanceThreshold: 'Infinity', distanceViolationPersonCount: '0.0' },
    ]);
  });
});

describe('an operation', () => {
  it('passes over pictures that come late, and people who are there twice', () => {
    const operation = started([{ kind: 'distance', ...ZONE, trigger: 'event', minimum: 6, maximum: 20 }]);
    const twice = [person('a', [0.8, 0.5]), person('a', [0.8, 0.5])];
    expect(operation.step({ at: at(1), size: SIZE, people: twice })).toEqual([]);
    const close = [person('a', [0.8, 0.5]), person('b', [0.8, 0.5])];
    expect(operation.step({ at: at(1), size: SIZE, people: close })).toEqual([]);
    expect(operation.step({ at: at(2), size: SIZE, people: close })).not.toEqual([]);
  });

  it('puts what several watches have found into one list, each person once', () => {
    const operation = started([
      { kind: 'count', ...ZONE, trigger: 'event' },
      { kind: 'crossing', ...ZONE },
    ]);
    const told = operation.step({ at: at(0), size: SIZE, people: [person('a', [0.8, 0.5])] });
    expect(told.map(({ type }) => type)).toEqual(['entity', 'event', 'event']);
  });

  it('says what it cannot do', () => {
    const flat = {
      ...ZONE,
      name: 'flat',
      polygon: [
        [0, 0],
        [0.5, 0.5],
        [1, 1],
      ] as Point[],
    };
    const operation = started([{ kind: 'crossing', ...flat, focus: 'footprint' }], { ignored: ['debug'] });
    expect(operation.notices.map(({ code }) => code)).toEqual([
      'footprintIsBottomCenter',
      'zoneWithoutArea',
      'settingsIgnored',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { checkOperation } from '../../../../../engine/nodes/cognitive-services-vision-processor/checks.js';
import type { SpatialOperationDocument } from '../../../../../engine/nodes/cognitive-services-vision-processor/schema.js';
import { spatialSettings } from '../../../../../engine/nodes/cognitive-services-vision-processor/settings.js';
import { SpatialOperation } from '../../../../../engine/spatial/operation.js';
import { Places } from '../../../../../engine/topology/places.js';
import { type Json, sampleTopologies } from '../../../../kit/topologies.js';
import { resolvePipeline, validateTopology } from '../../../../kit/topology.js';

const AVA = '#Microsoft.VideoAnalyzer.';
const POLYGON = '[[0,0],[1,0],["1",1]]';
const zone = { '@type': `${AVA}NamedPolygonString`, name: 'z', polygon: POLYGON } as const;
const line = { '@type': `${AVA}NamedLineString`, name: 'l', line: '[[0,0.5],[1,0.5]]' } as const;
const corners = [
  [0, 0],
  [1, 0],
  [1, 1],
];

const settingsOf = (operation: Json) =>
  spatialSettings({ ...operation, '@type': `${AVA}${operation['@type']}` } as SpatialOperationDocument);

describe('the settings of a typed operation', () => {
  it('have defaults', () => {
    const defaults = { name: 'z', polygon: corners, focus: 'bottomCenter', threshold: 0, every: 1 };
    const watchesOf = (type: string) => settingsOf({ '@type': type, zones: [{ zone }] }).watches;
    expect(watchesOf('SpatialAnalysisPersonCountOperation')).toEqual([
      { kind: 'count', ...defaults, trigger: 'event' },
    ]);
    expect(watchesOf('SpatialAnalysisPersonZoneCrossingOperation')).toEqual([{ kind: 'crossing', ...defaults }]);
    expect(watchesOf('SpatialAnalysisPersonDistanceOperation')).toEqual([
      { kind: 'distance', ...defaults, trigger: 'event', minimum: 0, maximum: Number.POSITIVE_INFINITY },
    ]);
    expect(
      settingsOf({ '@type': 'SpatialAnalysisPersonLineCrossingOperation', lines: [{ line, events: [] }] }).watches,
    ).toEqual([
      {
        kind: 'line',
        line: { name: 'l', from: [0, 0.5], to: [1, 0.5] },
        focus: 'bottomCenter',
        threshold: 0,
        every: 1,
      },
    ]);
  });

  it('are those of each event of each zone', () => {
    const { watches } = settingsOf({
      '@type': 'SpatialAnalysisPersonZoneCrossingOperation',
      zones: [
        { zone, events: [{ eventType: 'zoneDwellTime', threshold: '16', focus: 'center' }, {}] },
        { zone: { ...zone, name: 'y' } },
      ],
    });
    expect(watches).toMatchObject([
      { kind: 'dwell', name: 'z', threshold: 16, focus: 'center' },
      { kind: 'crossing', name: 'z' },
      { kind: 'crossing', name: 'y' },
    ]);
    const distance = settingsOf({
      '@type': 'SpatialAnalysisPersonDistanceOperation',
      zones: [
        {
          zone,
          events: [
            {
              trigger: 'interval',
              outputFrequency: '2',
              minimumDistanceThreshold: '1.5',
              maximumDistanceThreshold: '14.5',
            },
          ],
        },
      ],
    });
    expect(distance.watches).toMatchObject([{ trigger: 'interval', every: 2, minimum: 1.5, maximum: 14.5 }]);
  });

  it('have the camera, and name what has no effect', () => {
    const operation = { '@type': 'SpatialAnalysisPersonDistanceOperation', zones: [{ zone }], debug: 'true' };
    const cameras = [{ camera_height: 13.1, camera_focal_length: 297.6, camera_tiltup_angle: '0.97' }];
    expect(settingsOf({ ...operation, cameraConfiguration: JSON.stringify({ cameras }) })).toMatchObject({
      camera: { height: 13.1, focalLength: 297.6, tilt: 0.97 },
      ignored: ['debug'],
    });
    for (const cameraConfiguration of ['{', '{"cameras":[]}', 'null', '{"cameras":[{"camera_height":-1}]}']) {
      expect(settingsOf({ ...operation, enableFaceMaskClassifier: 'False', cameraConfiguration })).toMatchObject({
        camera: undefined,
        ignored: ['debug', 'cameraConfiguration'],
      });
    }
  });

  it.each([...sampleTopologies()].filter(([name]) => /^spatial-analysis\/person-/.test(name)))(
    "can be made from AVA's sample %s",
    (_, text) => {
      const { topology } = validateTopology(JSON.parse(text));
      const parameters = [{ name: 'rtspUrl', value: 'rtsp://camera/1' }];
      expect(resolvePipeline(topology!, { name: 'p', parameters }).problems).toEqual([]);
      const [document] = topology!.properties.processors!;
      const settings = spatialSettings((document as Json).operation);
      expect(settings.watches).toHaveLength(1);
      expect(
        new SpatialOperation(settings).step({ at: 0 as never, size: { width: 640, height: 360 }, people: [] }),
      ).toBeInstanceOf(Array);
    },
  );
});

/** As in AVA's sample of a custom operation. */
const custom = (configuration: Json = {}, space: unknown = { zones: [{ name: 'z', polygon: corners }] }): string =>
  JSON.stringify({
    version: 1,
    enabled: true,
    operationId: 'cognitiveservices.vision.spatialanalysis-personcrossingpolygon.azurevideoanalyzer',
    parameters: { TRACKER_NODE_CONFIG: '{"enable_speed":true}', SPACEANALYTICS_CONFIG: JSON.stringify(space) },
    ...configuration,
  });

const customSettings = (text: string) =>
  settingsOf({ '@type': 'SpatialAnalysisCustomOperation', extensionConfiguration: text });

const problemsOf = (extensionConfiguration: string) => {
  const operation = { '@type': `${AVA}SpatialAnalysisCustomOperation`, extensionConfiguration } as const;
  const problems: string[] = [];
  checkOperation(
    { operation },
    { fill: (text) => text, places: new Places(), report: (_, message) => problems.push(message) },
  );
  return problems;
};

describe('a custom operation', () => {
  it('is what its configuration names', () => {
    const event = {
      type: 'zonecrossing',
      config: { trigger: 'event', output_frequency: 1, threshold: 5.0, focus: 'footprint' },
    };
    const text = custom({}, { zones: [{ name: 'z', polygon: corners, events: [event, { type: 'zonedwelltime' }] }] });
    expect(problemsOf(text)).toEqual([]);
    expect(customSettings(text).watches).toEqual([
      { kind: 'crossing', name: 'z', polygon: corners, focus: 'footprint', threshold: 5, every: 1 },
      { kind: 'dwell', name: 'z', polygon: corners, focus: 'bottomCenter', threshold: 0, every: 1 },
    ]);
  });

  it('may have zones and lines with all events at once', () => {
    const operationId = 'cognitiveservices.vision.spatialanalysis.debug';
    const limits = { minimum_distance_threshold: 6, maximum_distance_threshold: '35.0', aggregation_method: 'mode' };
    const space = {
      lines: [
        { name: 'l', line: { start: { x: 0, y: 0.5 }, end: { x: 1, y: 0.5 } }, events: [{ type: 'linecrossing' }] },
      ],
      zones: [
        {
          name: 'z',
          polygon: corners,
          target_side: 1,
          events: [
            { type: 'persondistance', config: limits },
            { type: 'count', config: { trigger: 'interval' } },
          ],
        },
      ],
    };
    const { watches, ignored } = customSettings(custom({ operationId, parameters: { SPACEANALYTICS_CONFIG: space } }));
    expect(watches).toMatchObject([
      { kind: 'distance', minimum: 6, maximum: 35 },
      { kind: 'count', trigger: 'interval' },
      { kind: 'line', line: { name: 'l', from: [0, 0.5], to: [1, 0.5] } },
    ]);
    expect(ignored).toEqual(['target_side', 'aggregation_method']);
  });

  it.each([
    ['x', 'it is not JSON'],
    ['[]', 'it must be an object'],
    ['{}', 'operationId must be that of a spatial analysis'],
    [custom({ operationId: 'cognitiveservices.vision.spatialanalysis-constructor' }), 'operationId must be'],
    [custom({ parameters: {} }), 'has neither zones nor lines'],
    [custom({ parameters: { SPACEANALYTICS_CONFIG: '{' } }), 'parameters.SPACEANALYTICS_CONFIG is not JSON'],
    [custom({}, { zones: {} }), 'zones must be an array'],
    [custom({}, { zones: [null] }), 'zones[0] must be an object'],
    [custom({}, { zones: [{ polygon: corners }] }), 'zones[0].name is missing'],
    [custom({}, { zones: [{ name: 'z' }] }), 'zones[0].polygon'],
    [
      custom(
        {},
        {
          zones: [
            {
              name: 'z',
              polygon: [
                [0, 0],
                [1, 2],
                [1, 1],
              ],
            },
          ],
        },
      ),
      'has a point 1 outside of 0..1',
    ],
    [
      custom(
        {},
        {
          lines: [
            {
              name: 'l',
              line: [
                [0, 0],
                [1, 1],
              ],
            },
          ],
        },
      ),
      'the operation has no events for it',
    ],
    [custom({}, { zones: [{ name: 'z', polygon: corners, events: [{ type: 'count' }] }] }), 'type does not fit'],
    [custom({}, { zones: [{ name: 'z', polygon: corners, events: [{ type: 'toString' }] }] }), 'type must be count,'],
    [
      custom({}, { zones: [{ name: 'z', polygon: corners, events: [{ config: { focus: 7 } }] }] }),
      'focus must be center',
    ],
    [custom({}, { zones: [{ name: 'z', polygon: corners, events: [{ config: { threshold: -1 } }] }] }), 'at least 0'],
  ])('is refused with a reason: %s', (text, reason) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(reason)]);
    expect(() => customSettings(text)).toThrow(reason);
  });
});

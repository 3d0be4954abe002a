// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Topology } from '../../engine/topology/schema/documents.js';
import {
  cognitive,
  evrTopology,
  fileSink,
  gate,
  grpc,
  http,
  hubSink,
  hubSource,
  type Json,
  lineCrossing,
  motion,
  REFUSED_SAMPLES,
  rtspSource,
  sampleTopologies,
  topologyOf,
  tracker,
  videoSink,
} from '../kit/topologies.js';
import { resolvePipeline, validateTopology } from '../kit/topology.js';

const bases: Json[] = [
  evrTopology(),
  topologyOf(
    rtspSource(),
    hubSource(),
    motion(),
    gate('motion', 'hubSource', 'rtspSource'),
    fileSink(),
    videoSink('gate'),
    hubSink(),
  ),
  topologyOf(
    rtspSource(),
    http(),
    tracker(),
    lineCrossing(),
    grpc(),
    cognitive(),
    hubSink('crossing'),
    videoSink('rtspSource', 'tracker', 'grpc', 'vision'),
  ),
  ...[...sampleTopologies()].filter(([file]) => !REFUSED_SAMPLES.includes(file)).map(([, text]) => JSON.parse(text)),
];

/** Every place in a document, as the object that holds it and the key. */
const placesIn = (json: Json): Array<[holder: Json, key: string]> => {
  const places: Array<[Json, string]> = [];
  const pending = [json];
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const key of Object.keys(value)) {
      places.push([value, key]);
      pending.push(value[key]);
    }
  }
  return places;
};

/** Values that are right somewhere, and so are wrong in telling places elsewhere. */
const words = fc.constantFrom(
  'rtspSource',
  'motion',
  'gate',
  'hubSource',
  'http',
  'signalGateProcessor',
  'motionDetection',
  'tracker',
  '${rtspUrl}',
  '${motionSensitivity}',
  'x-${rtspUserName}',
  '${System.Runtime.DateTime}',
  '${System.PipelineName}',
  '${nobody}',
  '${',
  '',
  'PT10S',
  'PT30S',
  '-PT5S',
  'PT1H',
  'PT61M',
  'P30D',
  'high',
  'HIGH',
  'tcp',
  'true',
  'False',
  '512',
  '0',
  '-1',
  '1e9',
  '2.5',
  'video',
  'audio',
  'application',
  'is',
  'isNot',
  'string',
  'secretString',
  'int',
  'rtsp://camera/2',
  'http://model/x',
  '/var/media',
  '[[0,0],[1,0],[1,1]]',
  '[[0.5,0.1],[0.5,0.9]]',
  'fps:5',
  '__proto__',
  '#Microsoft.VideoAnalyzer.FileSink',
  '#Microsoft.VideoAnalyzer.RtspSource',
  '#microsoft.videoanalyzer.signalgateprocessor',
  '#Microsoft.VideoAnalyzer.TlsEndpoint',
  '#Sluice.OnvifEventSource',
);
const values = fc.oneof(words, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom<Json>(null, [], {}, 0, -1, true, 1e308));

const mutations = fc.record({
  kind: fc.constantFrom('set', 'set', 'delete', 'copy', 'case', 'add', 'swap'),
  at: fc.nat(),
  other: fc.nat(),
  value: values,
});

type Mutation = Json;

const mutate = (base: Json, changes: Mutation[]): Json => {
  const json = structuredClone(base);
  for (const { kind, at, other, value } of changes) {
    const places = placesIn(json);
    const [holder, key] = places[at % places.length] ?? [json, 'name'];
    const [otherHolder, otherKey] = places[other % places.length] ?? [json, 'name'];
    if (kind === 'set') holder[key] = structuredClone(value);
    else if (kind === 'delete' && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (kind === 'delete') delete holder[key];
    else if (kind === 'copy') holder[key] = structuredClone(otherHolder[otherKey]);
    else if (kind === 'add' && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
    else if (kind === 'add') holder[`${key}x`] = structuredClone(value);
    else if (kind === 'case' && !Array.isArray(holder)) {
      const kept = holder[key];
      delete holder[key];
      holder[key.toUpperCase()] = kept;
    } else if (kind === 'swap') {
      const kept = structuredClone(holder[key]);
      holder[key] = structuredClone(otherHolder[otherKey]);
      otherHolder[otherKey] = kept;
    }
  }
  return json;
};

const mutated = fc
  .tuple(fc.nat(bases.length - 1), fc.array(mutations, { minLength: 1, maxLength: 3 }))
  .map(([index, changes]) => mutate(bases[index], changes));

const required = (topology: Topology) =>
  (topology.properties.parameters ?? [])
    .filter((parameter) => parameter.default === undefined)
    .map(({ name, type }) => ({
      name,
      value: { int: '30', double: '2.5', bool: 'true' }[type as string] ?? 'rtsp://camera/1',
    }));

describe('mutated topologies', () => {
  it('never make the validator throw, and what it accepts builds', () => {
    let accepted = 0;
    let built = 0;
    fc.assert(
      fc.property(mutated, (json) => {
        const { topology, problems } = validateTopology(json);
        expect(topology === undefined).toBe(problems.length > 0);
        for (const { pointer, message, code } of problems) {
          expect(pointer === '' || pointer.startsWith('/')).toBe(true);
          expect(message).not.toBe('');
          expect(code).toMatch(/^[A-Z]\w+$/);
        }
        if (topology === undefined) return;
        accepted += 1;
        const { pipeline, problems: open } = resolvePipeline(topology, { name: 'p1', parameters: required(topology) });
        // Only a value that the live pipeline brings, or a placeholder for an address, may not fit.
        for (const { pointer, message } of open) {
          expect(/^\/properties\/parameters\/\d+\/value$/.test(pointer) || /must be a URL/.test(message)).toBe(true);
        }
        if (pipeline === undefined) return;
        built += 1;
        const seen = new Set<string>();
        for (const node of pipeline.nodes) {
          const inputs = 'inputs' in node ? node.inputs : [];
          for (const { nodeName } of inputs) expect(seen.has(nodeName)).toBe(true);
          seen.add(node.name);
        }
        const { sources, processors = [], sinks } = topology.properties;
        expect(seen.size).toBe(sources.length + processors.length + sinks.length);
      }),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(200);
    expect(built).toBeGreaterThan(150);
  });

  it('that are accepted are read back the same', () => {
    fc.assert(
      fc.property(mutated, (json) => {
        const { topology } = validateTopology(json);
        if (topology === undefined) return;
        expect(validateTopology(JSON.parse(JSON.stringify(topology)))).toEqual({ topology, problems: [] });
      }),
      { numRuns: 1000 },
    );
  });
});

it('no JSON at all makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.object({ maxDepth: 5 }), fc.anything()), (json) => {
      const { topology, problems } = validateTopology(json);
      expect(topology).toBeUndefined();
      expect(problems.length).toBeGreaterThan(0);
    }),
    { numRuns: 2000 },
  );
});

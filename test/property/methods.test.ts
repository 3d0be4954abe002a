import fc from 'fast-check';
import { expect, it } from 'vitest';
import { controlHarness } from '../kit/control-harness.js';
import { evrTopology, type Json, rtspSource, topologyOf, videoSink } from '../kit/topologies.js';

const METHODS = [
  'pipelineTopologySet',
  'pipelineTopologyGet',
  'pipelineTopologyList',
  'pipelineTopologyDelete',
  'livePipelineSet',
  'livePipelineGet',
  'livePipelineList',
  'livePipelineActivate',
  'livePipelineDeactivate',
  'livePipelineDelete',
  'remoteDeviceAdapterSet',
  'remoteDeviceAdapterGet',
  'remoteDeviceAdapterList',
  'remoteDeviceAdapterDelete',
];

const names = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'toString', 'two words', '', 'x'.repeat(33));
const version = fc.constantFrom(undefined, '1.0', '1.1', '1.1', '1.1', '2.0', 1, null);

const pipelineOf = (name: string, topologyName: string, rtspUrl: string | number): Json => ({
  name,
  properties: { topologyName, parameters: [{ name: 'rtspUrl', value: rtspUrl }] },
});
const adapterOf = (name: string): Json => ({
  name,
  properties: { target: { host: 'h' }, iotHubDeviceConnection: { deviceId: 'd' } },
});

const sound = fc.oneof(
  names.map((name) => ({ ...evrTopology(), name })),
  names.map((name) => ({ ...topologyOf(rtspSource(), videoSink()), name })),
  fc
    .tuple(names, names, fc.constantFrom('rtsp://camera/1', 'camera', '', 7))
    .map(([name, topologyName, value]) => pipelineOf(name, topologyName, value)),
  names.map(adapterOf),
  names.map((name) => ({ name })),
  fc.constant({}),
);
const wild = fc.oneof(
  fc.jsonValue({ maxDepth: 6 }),
  fc.object({ maxDepth: 4 }),
  fc.anything({ maxDepth: 2 }),
  fc.constant('x'.repeat(100_000)),
  fc.constant(JSON.parse(`${'{"properties":'.repeat(500)}1${'}'.repeat(500)}`)),
);
const payloads: fc.Arbitrary<Json> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(sound, version).map(([payload, v]) => ({ '@apiVersion': v, ...payload })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(sound, fc.dictionary(fc.string(), fc.jsonValue(), { maxKeys: 3 }))
      .map(([a, b]) => ({ ...a, ...b })),
  },
  { weight: 2, arbitrary: wild },
);
/** Few names, so that what one call sets another finds. */
const few = fc.constantFrom('a', 'b', 'c');
/** Calls as they are meant; by chance alone no pipeline would ever be set, let alone activated. */
const meant: fc.Arbitrary<[string, Json]> = fc.oneof(
  fc.tuple(
    fc.constant('pipelineTopologySet'),
    few.map((name) => ({ ...evrTopology(), name })),
  ),
  fc.tuple(
    fc.constant('livePipelineSet'),
    fc.tuple(few, few).map(([name, topologyName]) => pipelineOf(name, topologyName, 'rtsp://camera/1')),
  ),
  fc.tuple(
    fc.constantFrom(...METHODS.filter((method) => !/Set$|List$/.test(method))),
    few.map((name) => ({ name })),
  ),
  fc.tuple(fc.constant('remoteDeviceAdapterSet'), few.map(adapterOf)),
);
const calls = fc
  .tuple(
    fc.oneof(
      { weight: 20, arbitrary: fc.tuple(fc.constantFrom(...METHODS), payloads) },
      { weight: 1, arbitrary: fc.tuple(fc.string(), payloads) },
      { weight: 20, arbitrary: meant },
    ),
    /** Whether the next call comes before this one has ended. */
    fc.boolean(),
  )
  .map(([[method, payload], together]) => ({ method, payload, together }));

const STATUS = new Set([200, 201, 204, 400, 404, 409, 501]);
const STATES = ['inactive', 'activating', 'active', 'deactivating'];

it('ten thousand calls of any kind: no exception, no 5xx but for unknown methods, and a body of the right form', async () => {
  let count = 0;
  const seen = new Map<number, number>();
  const done = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(calls, { minLength: 100, maxLength: 100 }), async (sequence) => {
      const { control, runner } = controlHarness();
      let open: Array<Promise<void>> = [];
      for (const { method, payload, together } of sequence) {
        count += 1;
        const check = async () => {
          const { status, payload: answer } = await control.invoke(method, payload);
          if (status < 300) done.add(method);
          seen.set(status, (seen.get(status) ?? 0) + 1);
          expect(STATUS.has(status), `${method}: ${status}`).toBe(true);
          if (status === 501) expect(METHODS).not.toContain(method);
          if (status >= 400) {
            const { error } = answer as Json;
            expect(error.code).toMatch(/^[A-Z]\w+$/);
            expect(error.details.length).toBeGreaterThan(0);
            expect(error.details.length).toBeLessThanOrEqual(101);
            for (const detail of error.details) expect(detail.message).not.toBe('');
          }
          expect(JSON.stringify(answer ?? null).length).toBeLessThan(2_000_000);
        };
        open.push(check());
        if (together) continue;
        await Promise.all(open);
        open = [];
      }
      await Promise.all(open);
      const active = control.pipelines.list().filter(({ properties }) => {
        expect(STATES).toContain(properties.state);
        return properties.state === 'active';
      });
      expect([...runner.active.keys()].sort()).toEqual(active.map(({ name }) => name));
      await control.close();
      expect(runner.active.size).toBe(0);
    }),
    { numRuns: 100 },
  );
  expect(count).toBeGreaterThanOrEqual(10_000);
  expect([...done].sort()).toEqual([...METHODS].sort());
  for (const status of STATUS) expect(seen.get(status) ?? 0, `answers with ${status}`).toBeGreaterThan(0);
}, 120_000);

import { expect, it } from 'vitest';
import { silentLogger } from '../../../../engine/core/log.js';
import { tellUnreadable } from '../../../../engine/data-folder/tell.js';
import { controlHarness, memoryDatabase } from '../../../kit/control-harness.js';
import { flipText } from '../../../kit/engine-life.js';
import { seeded } from '../../../kit/fake-media.js';
import { evrTopology, type Json } from '../../../kit/topologies.js';

const pipeline = (name: string): Json => ({
  '@apiVersion': '1.1',
  name,
  properties: { topologyName: 'Test-Topology', parameters: [{ name: 'rtspUrl', value: 'rtsp://camera/1' }] },
});

/** A database with a topology and three pipelines, of which the rows of two are spoilt. */
const spoilt = async (spoil: (resource: string) => string) => {
  const db = memoryDatabase();
  const { control } = controlHarness({}, db);
  await control.invoke('pipelineTopologySet', evrTopology());
  for (const name of ['one', 'three', 'two']) await control.invoke('livePipelineSet', pipeline(name));
  const put = db.prepare('UPDATE live_pipelines SET resource = ? WHERE name = ?');
  for (const name of ['one', 'two']) {
    const row = db.prepare<[string], string>('SELECT resource FROM live_pipelines WHERE name = ?').pluck().get(name);
    put.run(spoil(String(row)), name);
  }
  return db;
};

it.each([
  ['is no JSON', (text: string) => text.slice(0, -5)],
  ['has another name', (text: string) => text.replace(/"name":"(one|two)"/, '"name":"six"')],
  ['lacks a part', (text: string) => text.replace('desiredActive', 'desiredActivf')],
  ['is something else', () => '[]'],
])('a stored resource that %s does not keep the others from working, and is told of', async (_what, spoil) => {
  const { control, events, clock } = controlHarness({}, await spoilt(spoil));
  expect(control.pipelines.list().map(({ name }) => name)).toEqual(['three']);
  expect(control.unreadable).toEqual({ topologies: [], pipelines: ['one', 'two'], adapters: [] });
  tellUnreadable(control.unreadable, { events, clock, log: silentLogger() });
  expect(events.drafts.at(-1)).toMatchObject({
    eventType: 'Sluice.Operational.DatabaseDamaged',
    data: { problem: expect.stringContaining('2 pipelines (one, two)'), resources: { pipelines: ['one', 'two'] } },
  });
  expect((await control.invoke('livePipelineSet', pipeline('one'))).status).toBe(201);
});

it.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'whatever bits flip in it, no method throws: seed %i',
  async (seed) => {
    const random = seeded(seed + 1);
    const { control } = controlHarness({}, await spoilt((text) => flipText(text, random)));
    for (const method of ['pipelineTopologyList', 'livePipelineList']) {
      expect((await control.invoke(method, { '@apiVersion': '1.1' })).status).toBe(200);
    }
    for (const name of ['one', 'three', 'two']) {
      expect((await control.invoke('livePipelineActivate', { '@apiVersion': '1.1', name })).status).toBeLessThan(500);
    }
  },
);

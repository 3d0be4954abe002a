import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../engine/core/errors.js';
import type { Database } from '../../../../engine/store/sqlite.js';
import { controlHarness, latch, memoryDatabase } from '../../../kit/control-harness.js';
import { evrTopology, type Json } from '../../../kit/topologies.js';

const named = (name: string) => ({ '@apiVersion': '1.1', name });
const pipeline = (name: string): Json => ({
  ...named(name),
  properties: { topologyName: 'Test-Topology', parameters: [{ name: 'rtspUrl', value: 'rtsp://camera/1' }] },
});

/** Refuses every write, as a full disk and one that has become read-only do. */
const refuseWrites = (db: Database): void => {
  db.pragma('query_only = 1');
};
const takeWrites = (db: Database): void => {
  db.pragma('query_only = 0');
};

const withActive = async (...names: string[]) => {
  const db = memoryDatabase();
  const harness = controlHarness({}, db);
  const { control } = harness;
  await control.invoke('pipelineTopologySet', evrTopology());
  for (const name of names) {
    await control.invoke('livePipelineSet', pipeline(name));
    expect((await control.invoke('livePipelineActivate', named(name))).status).toBe(200);
  }
  return { ...harness, db };
};

/** What an engine that starts on the same database runs. */
const resumed = async (db: Database): Promise<string[]> => {
  const { control, runner } = controlHarness({}, db);
  await control.start({ resume: true });
  return [...runner.active.keys()];
};

describe('live pipelines when the database cannot be written', () => {
  it('stop all the same, say that it is not stored, and are stored as soon as that works', async () => {
    const { control, runner, events, clock, db } = await withActive('a', 'b');
    refuseWrites(db);
    expect(await control.invoke('livePipelineDeactivate', named('a'))).toEqual({ status: 200, payload: null });
    expect([...runner.active.keys()]).toEqual(['b']);
    expect((await control.invoke('livePipelineGet', named('a'))).payload).toMatchObject({
      properties: { state: 'inactive' },
    });
    expect(control.failure).toMatch(/^whether to run a is not stored \(1\): the database cannot be written/);
    expect(events.drafts).toContainEqual(
      expect.objectContaining({
        eventType: 'Microsoft.VideoAnalyzer.Diagnostics.StorageError',
        subject: '/livePipelines/a',
        data: expect.objectContaining({ code: 'ResourceNotStored' }),
      }),
    );
    clock.advance(5000);
    expect(control.pipelines.unstored).toEqual(['a']);
    expect(await resumed(db)).toEqual(['a', 'b']);
    takeWrites(db);
    clock.advance(1000);
    expect([control.pipelines.unstored, control.failure]).toEqual([[], undefined]);
    expect(await resumed(db)).toEqual(['b']);
  });

  it('are stored when the engine closes, if not before', async () => {
    const { control, db } = await withActive('a');
    refuseWrites(db);
    await control.invoke('livePipelineDeactivate', named('a'));
    takeWrites(db);
    await control.close();
    expect(await resumed(db)).toEqual([]);
  });

  it('are not tried any more after that', async () => {
    const { control, clock, db } = await withActive('a');
    refuseWrites(db);
    await control.invoke('livePipelineDeactivate', named('a'));
    await control.close();
    db.close();
    clock.advance(10_000);
    expect(control.pipelines.unstored).toEqual(['a']);
  });

  it('a later change replaces what was not stored', async () => {
    const { control, clock, db } = await withActive('a');
    refuseWrites(db);
    await control.invoke('livePipelineDeactivate', named('a'));
    takeWrites(db);
    expect((await control.invoke('livePipelineActivate', named('a'))).status).toBe(200);
    clock.advance(2000);
    expect(control.failure).toBeUndefined();
    expect(await resumed(db)).toEqual(['a']);
  });

  it('are not begun, set or deleted, with the reason', async () => {
    const { control, runner, db } = await withActive('a');
    await control.invoke('livePipelineSet', pipeline('b'));
    refuseWrites(db);
    for (const [method, payload] of [
      ['livePipelineActivate', named('b')],
      ['livePipelineSet', pipeline('c')],
      ['livePipelineDelete', named('b')],
      ['pipelineTopologySet', { ...evrTopology(), name: 'Other' }],
    ] as const) {
      expect(await control.invoke(method, payload)).toMatchObject({
        status: 503,
        payload: { error: { code: 'ServerBusy', innererror: { code: 'ResourceNotStored' } } },
      });
    }
    expect([...runner.active.keys()]).toEqual(['a']);
    expect(control.pipelines.list().map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('resume all the same, and one that fails to start is inactive', async () => {
    const { db } = await withActive('a', 'b');
    refuseWrites(db);
    const { control, runner } = controlHarness({}, db);
    runner.before = async (call) => {
      if (call === 'activate b') throw new SluiceError('HostLost', 'gone', { kind: 'unavailable' });
    };
    await control.start({ resume: true });
    expect([control.pipelines.state('a'), control.pipelines.state('b')]).toEqual(['active', 'inactive']);
  });

  it('an activation that fails meanwhile is reported for what it is', async () => {
    const db = memoryDatabase();
    const { control, runner } = controlHarness({}, db);
    await control.invoke('pipelineTopologySet', evrTopology());
    await control.invoke('livePipelineSet', pipeline('a'));
    const gate = latch();
    runner.before = () => gate.open;
    const activation = control.invoke('livePipelineActivate', named('a'));
    await Promise.resolve();
    refuseWrites(db);
    gate.fail(new SluiceError('HostLost', 'the host is gone', { kind: 'unavailable' }));
    expect(await activation).toMatchObject({
      status: 503,
      payload: { error: { details: [{ message: 'the host is gone' }] } },
    });
    expect(control.pipelines.state('a')).toBe('inactive');
  });
});

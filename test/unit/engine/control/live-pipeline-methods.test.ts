import { describe, expect, it } from 'vitest';
import { SluiceError } from '../../../../engine/core/errors.js';
import { type MethodResult, payloadJson } from '../../../../engine/core/method-result.js';
import { controlHarness, latch, memoryDatabase } from '../../../kit/control-harness.js';
import { evrTopology, type Json } from '../../../kit/topologies.js';

const API = { '@apiVersion': '1.1' };
const named = (name: string) => ({ ...API, name });
const pipeline = (name: string, ...parameters: Json[]): Json => ({
  ...API,
  name,
  properties: {
    topologyName: 'Test-Topology',
    description: 'front door',
    parameters: [{ name: 'rtspUrl', value: 'rtsp://camera/1' }, ...parameters],
  },
});

const setUp = async (options = {}, db = memoryDatabase()) => {
  const harness = controlHarness(options, db);
  await harness.control.invoke('pipelineTopologySet', evrTopology());
  return harness;
};

const withPipeline = async () => {
  const harness = await setUp();
  expect((await harness.control.invoke('livePipelineSet', pipeline('p1'))).status).toBe(201);
  const call = (method: string) => harness.control.invoke(method, named('p1'));
  const state = async () => ((await call('livePipelineGet')).payload as Json).properties.state;
  return { ...harness, call, state };
};

const conflict = (code: string, message: RegExp) => ({
  status: 409,
  payload: {
    error: {
      code: 'Conflict',
      message: 'A conflict was encountered when processing the request',
      details: [{ code, message: expect.stringMatching(message) }],
    },
  },
});

const NULL = { status: 200, payload: null };

describe('livePipelineSet', () => {
  it('creates with 201, updates with 200, answers with the whole resource and its state', async () => {
    const { control, clock } = await setUp();
    const created = await control.invoke(
      'livePipelineSet',
      pipeline('p1', { name: 'motionSensitivity', value: 'high' }),
    );
    expect(created).toEqual({
      status: 201,
      payload: {
        systemData: { createdAt: '2026-01-02T03:04:05.000Z', lastModifiedAt: '2026-01-02T03:04:05.000Z' },
        name: 'p1',
        properties: {
          topologyName: 'Test-Topology',
          description: 'front door',
          parameters: [
            { name: 'motionSensitivity', value: 'high' },
            { name: 'rtspUrl', value: 'rtsp://camera/1' },
          ],
          state: 'inactive',
        },
      },
    });
    clock.advance(1000);
    expect(await control.invoke('livePipelineSet', pipeline('p1'))).toMatchObject({
      status: 200,
      payload: {
        systemData: { createdAt: '2026-01-02T03:04:05.000Z', lastModifiedAt: '2026-01-02T03:04:06.000Z' },
        properties: { parameters: [{ name: 'rtspUrl' }] },
      },
    });
  });

  it.each<[string, Json, string, RegExp]>([
    ['a name out of the rules', { name: 'two words' }, '/name', /letters, digits or dashes/],
    ['no properties', { properties: 7 }, '/properties', /must be an object/],
    ['no topology', { properties: {} }, '/properties', /'topologyName' is missing/],
    [
      'a parameter that is not declared',
      pipeline('p', { name: 'nobody', value: 'x' }),
      '/properties/parameters/1/name',
      /declares no parameter/,
    ],
    ['a parameter without a name', pipeline('p', { value: 'x' }), '/properties/parameters/1', /'name' is missing/],
    [
      'a value that does not fit',
      pipeline('p', { name: 'motionSensitivity', value: 'x' }),
      '/properties/parameters/1/value',
      /must be one of/,
    ],
    [
      'a value that is an object',
      pipeline('p', { name: 'motionSensitivity', value: {} }),
      '/properties/parameters/1/value',
      /must be a string/,
    ],
    ['an unknown property', { ...pipeline('p'), kind: 'live' }, '/kind', /is not a property here/],
  ])('400 for %s', async (_, change, target, message) => {
    const { control } = await setUp();
    const { status, payload } = await control.invoke('livePipelineSet', { ...pipeline('p1'), ...change });
    expect(status).toBe(400);
    expect((payload as Json).error.details).toContainEqual({
      code: 'PipelineValidationError',
      target,
      message: expect.stringMatching(message),
    });
  });

  it('400 where a parameter without a default has no value', async () => {
    const { control } = await setUp();
    const bare = { name: 'p1', properties: { topologyName: 'Test-Topology' } };
    expect(await control.invoke('livePipelineSet', bare)).toMatchObject({
      status: 400,
      payload: {
        error: { details: [{ target: '/properties/parameters', message: expect.stringMatching(/"rtspUrl"/) }] },
      },
    });
  });

  it('409 ResourceValidationError where there is no such topology', async () => {
    const { control } = controlHarness();
    expect(await control.invoke('livePipelineSet', pipeline('p1'))).toEqual(
      conflict('ResourceValidationError', /there is no pipeline topology 'Test-Topology'/),
    );
  });

  it('409 while it runs, but for its description', async () => {
    const { control, call } = await withPipeline();
    await call('livePipelineActivate');
    const change = pipeline('p1', { name: 'motionSensitivity', value: 'high' });
    expect(await control.invoke('livePipelineSet', change)).toEqual(
      conflict('OperationNotAllowedInState', /not allowed in the active state\. Allowed states are: inactive\./),
    );
    const described = pipeline('p1');
    described.properties.description = 'back door';
    expect(await control.invoke('livePipelineSet', described)).toMatchObject({
      status: 200,
      payload: { properties: { description: 'back door', state: 'active' } },
    });
    expect((await call('livePipelineDeactivate')).status).toBe(200);
    expect((await control.invoke('livePipelineSet', change)).status).toBe(200);
  });

  it('what was read back can be set again; its state is not taken from there', async () => {
    const { control, call } = await withPipeline();
    const { payload } = await call('livePipelineGet');
    (payload as Json).properties.state = 'active';
    const again = await control.invoke('livePipelineSet', payload);
    expect(again).toMatchObject({ status: 200, payload: { properties: { state: 'inactive' } } });
  });

  it('at most as many as the limit says', async () => {
    const { control } = await setUp({ maxPipelines: 2 });
    for (const name of ['a', 'b']) expect((await control.invoke('livePipelineSet', pipeline(name))).status).toBe(201);
    expect(await control.invoke('livePipelineSet', pipeline('c'))).toEqual(
      conflict('ResourceLimitReached', /2 live pipelines/),
    );
    expect((await control.invoke('livePipelineSet', pipeline('a'))).status).toBe(200);
  });
});

describe('states', () => {
  it('activate and deactivate, each as often as one likes', async () => {
    const { call, state, runner } = await withPipeline();
    expect(await state()).toBe('inactive');
    expect(await call('livePipelineDeactivate')).toEqual(NULL);
    expect(await call('livePipelineActivate')).toEqual(NULL);
    expect(await call('livePipelineActivate')).toEqual(NULL);
    expect(await state()).toBe('active');
    expect(await call('livePipelineDeactivate')).toEqual(NULL);
    expect(await call('livePipelineDeactivate')).toEqual(NULL);
    expect(await state()).toBe('inactive');
    expect(runner.calls).toEqual(['activate p1', 'deactivate p1']);
  });

  it('while it activates: others see it, activating again waits with the first, the rest is refused', async () => {
    const { control, call, state, runner } = await withPipeline();
    const gate = latch();
    runner.before = () => gate.open;
    const first = call('livePipelineActivate');
    const second = call('livePipelineActivate');
    expect(await state()).toBe('activating');
    expect(await call('livePipelineDeactivate')).toEqual(
      conflict('OperationNotAllowedInState', /not allowed in the activating state/),
    );
    expect(await call('livePipelineDelete')).toEqual(
      conflict('OperationNotAllowedInState', /activating state\. Allowed states are: inactive\./),
    );
    const change = pipeline('p1', { name: 'motionSensitivity', value: 'low' });
    expect((await control.invoke('livePipelineSet', change)).status).toBe(409);
    const topology = evrTopology();
    topology.properties.sinks[0].maximumSizeMiB = '7';
    expect((await control.invoke('pipelineTopologySet', topology)).status).toBe(409);
    gate.release();
    expect(await first).toEqual(NULL);
    expect(await second).toEqual(NULL);
    expect(runner.calls).toEqual(['activate p1']);
  });

  it('while it deactivates: activating and deleting are refused, deactivating again waits with the first', async () => {
    const { call, state, runner } = await withPipeline();
    await call('livePipelineActivate');
    const gate = latch();
    runner.before = () => gate.open;
    let done = false;
    const first = call('livePipelineDeactivate').finally(() => {
      done = true;
    });
    const second = call('livePipelineDeactivate');
    expect(await state()).toBe('deactivating');
    expect(await call('livePipelineActivate')).toEqual(
      conflict('OperationNotAllowedInState', /not allowed in the deactivating state/),
    );
    expect(await call('livePipelineDelete')).toEqual(conflict('OperationNotAllowedInState', /deactivating state/));
    expect(done).toBe(false);
    gate.release();
    expect(await first).toEqual(NULL);
    expect(await second).toEqual(NULL);
    expect(await state()).toBe('inactive');
    expect(runner.calls).toEqual(['activate p1', 'deactivate p1']);
  });

  it('deleting: 409 while active, 200 when inactive, 204 when gone', async () => {
    const { call } = await withPipeline();
    await call('livePipelineActivate');
    expect(await call('livePipelineDelete')).toEqual(conflict('OperationNotAllowedInState', /active state/));
    await call('livePipelineDeactivate');
    expect(await call('livePipelineDelete')).toEqual(NULL);
    expect(await call('livePipelineDelete')).toEqual({ status: 204, payload: null });
  });

  it.each(['livePipelineGet', 'livePipelineActivate', 'livePipelineDeactivate'])(
    '%s of nothing is 404',
    async (method) => {
      const { control } = controlHarness();
      expect(await control.invoke(method, named('nobody'))).toMatchObject({
        status: 404,
        payload: { error: { code: 'NotFound', details: [{ message: "there is no live pipeline 'nobody'" }] } },
      });
    },
  );

  it.each([
    ['invalid', 400, 'ModuleValidationError'],
    ['unsupported', 400, 'ModuleValidationError'],
    ['conflict', 409, 'ResourceValidationError'],
    ['unavailable', 503, 'ServerBusy'],
    ['exhausted', 503, 'ServerBusy'],
    ['internal', 500, 'InternalServerError'],
  ] as const)('a runtime that refuses with %s gives %i, and the pipeline is inactive', async (kind, status, code) => {
    const { call, state, runner, events } = await withPipeline();
    runner.before = async () => {
      throw new SluiceError('ClipFolderUnusable', 'the folder cannot be written', { kind, hint: 'Mend it.' });
    };
    expect(await call('livePipelineActivate')).toMatchObject({
      status,
      payload: {
        error: {
          details: [{ code, message: 'the folder cannot be written' }],
          innererror: { code: 'ClipFolderUnusable', hint: 'Mend it.' },
        },
      },
    });
    expect(await state()).toBe('inactive');
    expect(events.drafts.at(-1)!.data).toEqual({
      previousState: 'activating',
      state: 'inactive',
      error: { code: 'ClipFolderUnusable', message: 'the folder cannot be written' },
    });
    runner.before = async () => {};
    expect(await call('livePipelineActivate')).toEqual(NULL);
  });

  it('a runtime that throws what is no error does not break anything', async () => {
    const { call, state, runner } = await withPipeline();
    runner.activate = () => {
      throw 'boom';
    };
    expect((await call('livePipelineActivate')).status).toBe(500);
    expect(await state()).toBe('inactive');
  });

  it('a runtime that fails while it stops leaves the pipeline inactive, and says so', async () => {
    const { call, state, runner } = await withPipeline();
    await call('livePipelineActivate');
    runner.before = async () => {
      throw new SluiceError('DiskFull', 'the last clip is not whole', { kind: 'exhausted' });
    };
    expect((await call('livePipelineDeactivate')).status).toBe(503);
    expect(await state()).toBe('inactive');
    expect((await call('livePipelineDelete')).status).toBe(200);
  });

  it('every change of state is an event', async () => {
    const { call, events } = await withPipeline();
    await call('livePipelineActivate');
    await call('livePipelineDeactivate');
    expect(events.drafts).toEqual(
      [
        ['inactive', 'activating'],
        ['activating', 'active'],
        ['active', 'deactivating'],
        ['deactivating', 'inactive'],
      ].map(([previousState, state]) => ({
        eventType: 'Microsoft.VideoAnalyzer.Operational.PipelineStateChanged',
        subject: '/livePipelines/p1',
        eventTime: expect.any(Number),
        data: { previousState, state },
        pipeline: 'p1',
      })),
    );
  });

  it('a publisher that fails does not leave a pipeline between two states', async () => {
    const { call, state, events } = await withPipeline();
    events.publish = () => {
      throw new Error('log is broken');
    };
    expect(await call('livePipelineActivate')).toEqual(NULL);
    expect(await state()).toBe('active');
  });
});

describe('livePipelineList', () => {
  const sent = (result: MethodResult) => JSON.parse(String(payloadJson(result)));

  it('what is sent is the payload, whatever has changed since the last time', async () => {
    const { control } = await setUp({ page: { items: 2, bytes: 1e6 } });
    const lists = async () => {
      const first = await control.invoke('livePipelineList', API);
      const token = (first.payload as Json)['@continuationToken'];
      const rest = token ? await control.invoke('livePipelineList', { ...API, '@continuationToken': token }) : first;
      expect(sent(first)).toEqual(first.payload);
      expect(sent(rest)).toEqual(rest.payload);
      return token ? [...sent(first).value, ...sent(rest).value] : sent(first).value;
    };
    expect(await lists()).toEqual([]);
    for (const name of ['b', 'a', 'd']) await control.invoke('livePipelineSet', pipeline(name));
    expect((await lists()).map(({ name }: Json) => name)).toEqual(['a', 'b', 'd']);
    await control.invoke('livePipelineSet', { ...pipeline('c', { name: 'rtspPassword', value: 'hunter2' }) });
    await control.invoke('livePipelineActivate', named('b'));
    await control.invoke('livePipelineDelete', named('d'));
    const changed = pipeline('a');
    changed.properties.description = 'büro';
    await control.invoke('livePipelineSet', changed);
    expect(
      (await lists()).map(({ name, properties: { state, description } }: Json) => [name, state, description]),
    ).toEqual([
      ['a', 'inactive', 'büro'],
      ['b', 'active', 'front door'],
      ['c', 'inactive', 'front door'],
    ]);
    await control.invoke('livePipelineDeactivate', named('b'));
    expect((await lists())[1].properties.state).toBe('inactive');
  });

  it('a parameter that becomes a secret disappears from what was listed before', async () => {
    const { control } = await setUp();
    await control.invoke('livePipelineSet', pipeline('p1'));
    expect(JSON.stringify(sent(await control.invoke('livePipelineList', API)))).toContain('rtsp://camera/1');
    const closed = evrTopology();
    for (const parameter of closed.properties.parameters) {
      if (parameter.name === 'rtspUrl') parameter.type = 'secretString';
    }
    expect((await control.invoke('pipelineTopologySet', closed)).status).toBe(200);
    expect(JSON.stringify(sent(await control.invoke('livePipelineList', API)))).not.toContain('rtsp://camera/1');
  });

  it('what one caller does to a list does not show in the next', async () => {
    const { control } = await setUp();
    await control.invoke('livePipelineSet', pipeline('p1'));
    const list = control.pipelines.list();
    list.pop();
    const { payload } = await control.invoke('livePipelineList', API);
    (payload as Json).value[0].properties.description = 'mine';
    expect(sent(await control.invoke('livePipelineList', API)).value[0].properties.description).toBe('front door');
  });
});

describe('secrets', () => {
  it('are put in, and never read back', async () => {
    const { control, runner, events } = await setUp();
    const secret = { name: 'rtspPassword', value: 'hunter2' };
    const answers = [
      await control.invoke('livePipelineSet', pipeline('p1', secret)),
      await control.invoke('livePipelineGet', named('p1')),
      await control.invoke('livePipelineList', API),
      await control.invoke('livePipelineActivate', named('p1')),
    ];
    expect(JSON.stringify([answers, events.drafts])).not.toContain('hunter2');
    expect(answers[1]!.payload).toMatchObject({
      properties: { parameters: [{ name: 'rtspPassword' }, { name: 'rtspUrl' }] },
    });
    expect(JSON.stringify([...runner.active.values()])).toContain('hunter2');
  });

  it('stay as they are when what was read back is set again', async () => {
    const { control, runner } = await setUp();
    await control.invoke('livePipelineSet', pipeline('p1', { name: 'rtspPassword', value: 'hunter2' }));
    const { payload } = await control.invoke('livePipelineGet', named('p1'));
    (payload as Json).properties.description = 'back door';
    expect((await control.invoke('livePipelineSet', payload)).status).toBe(200);
    await control.invoke('livePipelineActivate', named('p1'));
    expect(JSON.stringify(runner.active.get('p1'))).toContain('hunter2');
  });

  it('do not go along to another topology', async () => {
    const { control, runner } = await setUp();
    await control.invoke('pipelineTopologySet', { ...evrTopology(), name: 'Other' });
    await control.invoke('livePipelineSet', pipeline('p1', { name: 'rtspPassword', value: 'hunter2' }));
    const moved = pipeline('p1', { name: 'rtspPassword' });
    moved.properties.topologyName = 'Other';
    expect((await control.invoke('livePipelineSet', moved)).status).toBe(200);
    await control.invoke('livePipelineActivate', named('p1'));
    expect(JSON.stringify(runner.active.get('p1'))).not.toContain('hunter2');
  });

  it('stay secret when the topology changes its mind', async () => {
    const { control } = await setUp();
    await control.invoke('livePipelineSet', pipeline('p1', { name: 'rtspPassword', value: 'hunter2' }));
    const open = evrTopology();
    open.properties.parameters[2].type = 'string';
    expect((await control.invoke('pipelineTopologySet', open)).status).toBe(200);
    expect(JSON.stringify(await control.invoke('livePipelineGet', named('p1')))).not.toContain('hunter2');
  });
});

describe('after a restart', () => {
  it('everything is there, and what was active resumes', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    for (const name of ['a', 'b', 'c'])
      await before.control.invoke('livePipelineSet', pipeline(name, { name: 'rtspPassword', value: 'x' }));
    for (const name of ['a', 'b']) await before.control.invoke('livePipelineActivate', named(name));
    await before.control.invoke('livePipelineDeactivate', named('b'));
    const { control, runner } = controlHarness({}, db);
    await control.start({ resume: true });
    expect([...runner.active.keys()]).toEqual(['a']);
    expect(JSON.stringify(runner.active.get('a'))).toContain('"password":"x"');
    const { payload } = await control.invoke('livePipelineList', API);
    expect((payload as Json).value.map((one: Json) => [one.name, one.properties.state])).toEqual([
      ['a', 'active'],
      ['b', 'inactive'],
      ['c', 'inactive'],
    ]);
  });

  it('a closed engine has stopped them, and they resume all the same', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    await before.control.invoke('livePipelineSet', pipeline('a'));
    await before.control.invoke('livePipelineActivate', named('a'));
    await before.control.close();
    expect(before.runner.calls).toEqual(['activate a', 'deactivate a']);
    expect((await before.control.invoke('livePipelineActivate', named('a'))).status).toBe(503);
    const { control, runner } = controlHarness({}, db);
    await control.start({ resume: true });
    expect([...runner.active.keys()]).toEqual(['a']);
  });

  it('closing waits for a pipeline that is about to start', async () => {
    const { control, call, runner } = await withPipeline();
    const gate = latch();
    runner.before = (text) => (text === 'activate p1' ? gate.open : Promise.resolve());
    const activation = call('livePipelineActivate');
    const closing = control.close();
    gate.release();
    await closing;
    expect((await activation).status).toBe(200);
    expect(runner.active.size).toBe(0);
    expect(runner.calls).toEqual(['activate p1', 'deactivate p1']);
  });

  it('an activation that fails because the engine is closing is tried again by the next one', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    await before.control.invoke('livePipelineSet', pipeline('a'));
    const gate = latch();
    before.runner.before = () => gate.open;
    const activation = before.control.invoke('livePipelineActivate', named('a'));
    const closing = before.control.close();
    gate.fail(new SluiceError('BridgeClosed', 'closed', { kind: 'unavailable' }));
    expect((await activation).status).toBe(503);
    await closing;
    const { control, runner } = controlHarness({}, db);
    await control.start({ resume: true });
    expect([...runner.active.keys()]).toEqual(['a']);
  });

  it('one that cannot be resumed is inactive, stays wanted, and keeps no other from resuming', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    for (const name of ['a', 'b']) {
      await before.control.invoke('livePipelineSet', pipeline(name));
      await before.control.invoke('livePipelineActivate', named(name));
    }
    const second = controlHarness({}, db);
    second.runner.before = async (text) => {
      if (text === 'activate a') throw new SluiceError('HostAway', 'no host', { kind: 'unavailable' });
    };
    await second.control.start({ resume: true });
    expect([...second.runner.active.keys()]).toEqual(['b']);
    const third = controlHarness({}, db);
    await third.control.start({ resume: true });
    expect([...third.runner.active.keys()].sort()).toEqual(['a', 'b']);
  });

  it('one that could not be resumed is not wanted any more once it is deactivated', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    await before.control.invoke('livePipelineSet', pipeline('a'));
    await before.control.invoke('livePipelineActivate', named('a'));
    const second = controlHarness({}, db);
    expect(await second.control.invoke('livePipelineDeactivate', named('a'))).toEqual(NULL);
    const third = controlHarness({}, db);
    await third.control.start({ resume: true });
    expect(third.runner.calls).toEqual([]);
  });

  it('a failed activation is not tried again at the next start', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    await before.control.invoke('livePipelineSet', pipeline('a'));
    before.runner.before = async () => {
      throw new SluiceError('No', 'no', { kind: 'invalid' });
    };
    expect((await before.control.invoke('livePipelineActivate', named('a'))).status).toBe(400);
    const { control, runner } = controlHarness({}, db);
    await control.start({ resume: true });
    expect(runner.calls).toEqual([]);
  });

  it('nothing resumes where that was not asked for', async () => {
    const db = memoryDatabase();
    const before = await setUp({}, db);
    await before.control.invoke('livePipelineSet', pipeline('a'));
    await before.control.invoke('livePipelineActivate', named('a'));
    const { control, runner } = controlHarness({}, db);
    await control.start({ resume: false });
    expect(runner.calls).toEqual([]);
  });
});

describe('typed methods', () => {
  it('do the same and throw', async () => {
    const { control, runner } = await setUp();
    expect(control.pipelines.set(pipeline('p1')).created).toBe(true);
    await control.pipelines.activate('p1');
    expect(runner.active.has('p1')).toBe(true);
    expect(control.pipelines.list()).toHaveLength(1);
    expect(() => control.pipelines.delete('p1')).toThrowError(
      expect.objectContaining({ code: 'OperationNotAllowedInState', kind: 'conflict', where: { pipeline: 'p1' } }),
    );
    await control.pipelines.deactivate('p1');
    expect(control.pipelines.delete('p1')).toBe(true);
    await expect(control.pipelines.activate('p1')).rejects.toMatchObject({ code: 'NotFound', kind: 'notFound' });
  });
});

describe('remote device adapters', () => {
  const adapter = (): Json => ({
    ...API,
    name: 'adapter-1',
    properties: {
      target: { host: '192.0.2.1' },
      iotHubDeviceConnection: {
        deviceId: 'camera-1',
        credentials: { '@type': '#Microsoft.VideoAnalyzer.SymmetricKeyCredentials', key: 'hunter2' },
      },
    },
  });

  it('are kept, without showing their key', async () => {
    const { control } = controlHarness();
    const created = await control.invoke('remoteDeviceAdapterSet', adapter());
    expect(created).toMatchObject({
      status: 201,
      payload: { name: 'adapter-1', properties: { target: { host: '192.0.2.1' } } },
    });
    expect((await control.invoke('remoteDeviceAdapterSet', adapter())).status).toBe(200);
    const listed = await control.invoke('remoteDeviceAdapterList', API);
    expect(listed).toMatchObject({ status: 200, payload: { value: [{ name: 'adapter-1' }] } });
    expect((await control.invoke('remoteDeviceAdapterGet', named('adapter-1'))).status).toBe(200);
    expect(JSON.stringify([created, listed])).not.toContain('hunter2');
    expect(await control.invoke('remoteDeviceAdapterDelete', named('adapter-1'))).toEqual(NULL);
    expect((await control.invoke('remoteDeviceAdapterDelete', named('adapter-1'))).status).toBe(204);
    expect((await control.invoke('remoteDeviceAdapterGet', named('adapter-1'))).status).toBe(404);
  });

  it('that are wrong are refused', async () => {
    const { control } = controlHarness();
    const broken = adapter();
    delete broken.properties.target;
    expect(await control.invoke('remoteDeviceAdapterSet', broken)).toMatchObject({
      status: 400,
      payload: { error: { details: [{ code: 'ModuleValidationError', target: '/properties' }] } },
    });
  });
});

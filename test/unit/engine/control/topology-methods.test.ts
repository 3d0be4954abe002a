// biome-ignore-all lint/suspicious/noTemplateCurlyInString: parameters of AVA are written so

import { describe, expect, it } from 'vitest';
import { controlHarness } from '../../../kit/control-harness.js';
import { evrTopology, hubSink, type Json, motion, rtspSource, topologyOf } from '../../../kit/topologies.js';

const API = { '@apiVersion': '1.1' };
const pipeline = (name: string, ...parameters: Json[]): Json => ({
  ...API,
  name,
  properties: {
    topologyName: 'Test-Topology',
    parameters: [{ name: 'rtspUrl', value: 'rtsp://camera/1' }, ...parameters],
  },
});

describe('pipelineTopologySet', () => {
  it('creates with 201 and answers with the whole resource, canonical', async () => {
    const { control } = controlHarness();
    const { status, payload } = await control.invoke('pipelineTopologySet', evrTopology());
    expect(status).toBe(201);
    expect(payload).toMatchObject({
      systemData: { createdAt: '2026-01-02T03:04:05.000Z', lastModifiedAt: '2026-01-02T03:04:05.000Z' },
      name: 'Test-Topology',
      properties: {
        parameters: [
          { name: 'motionSensitivity', type: 'string', default: 'medium' },
          { name: 'rtspPassword', type: 'secretString' },
          { name: 'rtspUrl', type: 'string' },
          { name: 'rtspUserName', type: 'string', default: 'user' },
        ],
        sources: [{ transport: 'tcp' }],
        processors: [
          { eventAggregationWindow: 'PT1S' },
          { inputs: [{ outputSelectors: [] }, { outputSelectors: [] }] },
        ],
      },
    });
    expect(payload).not.toHaveProperty('@apiVersion');
    expect(JSON.stringify(payload)).not.toContain('default-secret');
  });

  it('updates with 200, keeps when it was created, and says when it was changed', async () => {
    const { control, clock } = controlHarness();
    await control.invoke('pipelineTopologySet', evrTopology());
    clock.advance(60_000);
    const changed = evrTopology();
    changed.properties.description = 'changed';
    const { status, payload } = await control.invoke('pipelineTopologySet', changed);
    expect(status).toBe(200);
    expect(payload).toMatchObject({
      systemData: { createdAt: '2026-01-02T03:04:05.000Z', lastModifiedAt: '2026-01-02T03:05:05.000Z' },
      properties: { description: 'changed' },
    });
  });

  it('refuses with 400 PipelineValidationError and a detail for every problem', async () => {
    const { control } = controlHarness();
    const broken = evrTopology();
    broken.properties.processors[1].maximumActivationTime = 'PT2H';
    broken.properties.sinks[0].inputs[0].nodeName = 'nobody';
    const { status, payload } = await control.invoke('pipelineTopologySet', broken);
    expect(status).toBe(400);
    expect(payload).toEqual({
      error: {
        code: 'BadRequest',
        message: 'The request is invalid',
        details: expect.arrayContaining([
          {
            code: 'PipelineValidationError',
            target: '/properties/processors/1/maximumActivationTime',
            message:
              '/properties/processors/1/maximumActivationTime: "PT2H" must be an ISO-8601 duration from PT10S to PT1H',
          },
          {
            code: 'PipelineValidationError',
            target: '/properties/sinks/0/inputs/0/nodeName',
            message: expect.stringMatching(/there is no node "nobody"/),
          },
        ]),
      },
    });
    expect((await control.invoke('pipelineTopologyGet', { ...API, name: 'Test-Topology' })).status).toBe(404);
  });

  it('what was read back can be set again, but for secrets', async () => {
    const { control } = controlHarness();
    const first = await control.invoke('pipelineTopologySet', evrTopology());
    const second = await control.invoke('pipelineTopologySet', { ...API, ...(first.payload as object) });
    expect(second.status).toBe(200);
    expect(second.payload).toEqual(first.payload);
  });

  it('at most fifty', async () => {
    const { control } = controlHarness();
    for (let i = 0; i < 50; i++) {
      expect((await control.invoke('pipelineTopologySet', { ...evrTopology(), name: `T${i}` })).status).toBe(201);
    }
    const { status, payload } = await control.invoke('pipelineTopologySet', { ...evrTopology(), name: 'T50' });
    expect(status).toBe(409);
    expect(payload).toMatchObject({ error: { code: 'Conflict', details: [{ code: 'ResourceLimitReached' }] } });
    expect((await control.invoke('pipelineTopologySet', { ...evrTopology(), name: 'T7' })).status).toBe(200);
    await control.invoke('pipelineTopologyDelete', { name: 'T7' });
    expect((await control.invoke('pipelineTopologySet', { ...evrTopology(), name: 'T50' })).status).toBe(201);
  });
});

describe('changing a topology that is in use', () => {
  const setUp = async (...parameters: Json[]) => {
    const harness = controlHarness();
    await harness.control.invoke('pipelineTopologySet', evrTopology());
    expect((await harness.control.invoke('livePipelineSet', pipeline('p1', ...parameters))).status).toBe(201);
    return harness;
  };
  const changed = (change: (topology: Json) => void): Json => {
    const topology = evrTopology();
    change(topology);
    return topology;
  };
  const inUse = {
    status: 409,
    payload: {
      error: {
        code: 'Conflict',
        message: 'A conflict was encountered when processing the request',
        details: [{ code: 'PipelineTopologyInUse', message: expect.stringContaining("'p1'") }],
      },
    },
  };
  const addParameter = (t: Json): void => {
    t.properties.parameters.push({ name: 'extra', type: 'string' });
  };
  const addParameterWithDefault = (t: Json): void => {
    t.properties.parameters.push({ name: 'extra', type: 'string', default: 'x' });
  };
  const dropSensitivity = (t: Json): void => {
    t.properties.parameters.pop();
    t.properties.processors[0].sensitivity = 'low';
  };

  it('inactive: anything that its pipelines still fit', async () => {
    const { control } = await setUp();
    for (const change of [
      addParameterWithDefault,
      dropSensitivity,
      (t: Json) => (t.properties.sinks[0].maximumSizeMiB = '7'),
    ]) {
      expect((await control.invoke('pipelineTopologySet', changed(change))).status).toBe(200);
    }
  });

  it('inactive: 409 for a new parameter without a default', async () => {
    const { control } = await setUp();
    expect(await control.invoke('pipelineTopologySet', changed(addParameter))).toEqual(inUse);
  });

  it('inactive: 409 for taking away a parameter that a pipeline gives', async () => {
    const { control } = await setUp({ name: 'motionSensitivity', value: 'high' });
    expect(await control.invoke('pipelineTopologySet', changed(dropSensitivity))).toEqual(inUse);
  });

  it('active: only descriptions', async () => {
    const { control } = await setUp();
    await control.invoke('livePipelineActivate', { name: 'p1' });
    expect(await control.invoke('pipelineTopologySet', changed(addParameterWithDefault))).toEqual(inUse);
    expect(
      await control.invoke(
        'pipelineTopologySet',
        changed((t) => (t.properties.sinks[0].maximumSizeMiB = '7')),
      ),
    ).toEqual(inUse);
    const described = changed((t) => {
      t.properties.description = 'new words';
      t.properties.parameters[0].description = 'new words';
    });
    expect((await control.invoke('pipelineTopologySet', described)).status).toBe(200);
    expect((await control.invoke('pipelineTopologySet', evrTopology())).status).toBe(200);
    await control.invoke('livePipelineDeactivate', { name: 'p1' });
    expect((await control.invoke('pipelineTopologySet', changed(addParameterWithDefault))).status).toBe(200);
  });

  it('deleting: 409 while a pipeline refers to it, in any state; then 200, then 204', async () => {
    const { control } = await setUp();
    const remove = () => control.invoke('pipelineTopologyDelete', { ...API, name: 'Test-Topology' });
    expect(await remove()).toEqual(inUse);
    await control.invoke('livePipelineDelete', { name: 'p1' });
    expect(await remove()).toEqual({ status: 200, payload: null });
    expect(await remove()).toEqual({ status: 204, payload: null });
  });
});

describe('pipelineTopologyGet and List', () => {
  it('give the bare resource, and 404', async () => {
    const { control } = controlHarness();
    const set = await control.invoke('pipelineTopologySet', evrTopology());
    expect(await control.invoke('pipelineTopologyGet', { ...API, name: 'Test-Topology' })).toEqual({
      status: 200,
      payload: set.payload,
    });
    expect(await control.invoke('pipelineTopologyGet', { ...API, name: 'Other' })).toEqual({
      status: 404,
      payload: {
        error: {
          code: 'NotFound',
          message: 'The resource was not found',
          details: [{ code: 'NotFound', message: "there is no pipeline topology 'Other'" }],
        },
      },
    });
  });

  it('list by name', async () => {
    const { control } = controlHarness();
    expect(await control.invoke('pipelineTopologyList', API)).toEqual({ status: 200, payload: { value: [] } });
    for (const name of ['b', 'a', 'C']) await control.invoke('pipelineTopologySet', { ...evrTopology(), name });
    const { payload } = await control.invoke('pipelineTopologyList', API);
    expect((payload as Json).value.map(({ name }: Json) => name)).toEqual(['C', 'a', 'b']);
    expect(JSON.stringify(payload)).not.toContain('default-secret');
  });

  it('lists come in pages where one would be too large', async () => {
    const { control } = controlHarness({ page: { items: 2, bytes: 1e6 } });
    for (const name of ['a', 'b', 'c', 'd', 'e'])
      await control.invoke('pipelineTopologySet', { ...evrTopology(), name });
    const first = (await control.invoke('pipelineTopologyList', API)).payload as Json;
    expect(first.value.map(({ name }: Json) => name)).toEqual(['a', 'b']);
    await control.invoke('pipelineTopologyDelete', { name: 'b' });
    await control.invoke('pipelineTopologyDelete', { name: 'c' });
    const next = { ...API, '@continuationToken': first['@continuationToken'] };
    const second = (await control.invoke('pipelineTopologyList', next)).payload as Json;
    expect(second.value.map(({ name }: Json) => name)).toEqual(['d', 'e']);
    expect(second).not.toHaveProperty('@continuationToken');
  });

  it('pages are bounded in bytes too, and never empty', async () => {
    const { control } = controlHarness({ page: { items: 100, bytes: 10 } });
    for (const name of ['a', 'b']) await control.invoke('pipelineTopologySet', { ...evrTopology(), name });
    const first = (await control.invoke('pipelineTopologyList', {})).payload as Json;
    expect(first.value).toHaveLength(1);
    const second = (await control.invoke('pipelineTopologyList', { '@CONTINUATIONTOKEN': first['@continuationToken'] }))
      .payload;
    expect(second).toMatchObject({ value: [{ name: 'b' }] });
  });

  it.each(['', 'nonsense', 7, {}, 'x'.repeat(5000)])('a continuation token that is none: %j', async (token) => {
    const { control } = controlHarness();
    const result = await control.invoke('pipelineTopologyList', { '@continuationToken': token });
    expect(result).toMatchObject({
      status: 400,
      payload: { error: { details: [{ code: 'InvalidContinuationToken' }] } },
    });
  });
});

describe('requests', () => {
  it.each(['1.0', '1.1', undefined, null])('version %j is understood', async (version) => {
    const { control } = controlHarness();
    expect((await control.invoke('pipelineTopologyList', { '@apiVersion': version })).status).toBe(200);
    expect((await control.invoke('pipelineTopologySet', { ...evrTopology(), '@apiVersion': version })).status).toBe(
      201,
    );
  });

  it.each(['1.2', '2.0', '0.9', '1', 'one', 1.1, {}])('version %j is not', async (version) => {
    const { control } = controlHarness();
    for (const method of ['pipelineTopologyList', 'pipelineTopologySet', 'livePipelineActivate']) {
      expect(await control.invoke(method, { ...evrTopology(), '@apiVersion': version })).toMatchObject({
        status: 400,
        payload: {
          error: {
            code: 'BadRequest',
            message: 'The request is invalid',
            details: [
              {
                code: 'ApiVersionNotSupported',
                message: expect.stringMatching(
                  /^The API version .* is not supported\. Supported version\(s\): 1\.0, 1\.1\.$/,
                ),
              },
            ],
          },
        },
      });
    }
  });

  it('an unknown method is 501', async () => {
    const { control } = controlHarness();
    expect(await control.invoke('pipelineTopologyPatch', API)).toMatchObject({
      status: 501,
      payload: { error: { code: 'NotImplemented', details: [{ code: 'MethodNotImplemented' }] } },
    });
  });

  it('methods are found in any case, and can be added', async () => {
    const { control } = controlHarness();
    expect((await control.invoke('PIPELINETOPOLOGYLIST', API)).status).toBe(200);
    control.registerMethod('onvifDeviceDiscover', (payload) => ({ status: 200, payload }));
    expect(await control.invoke('OnvifDeviceDiscover', { discoveryDuration: 'PT8S' })).toEqual({
      status: 200,
      payload: { discoveryDuration: 'PT8S' },
    });
  });

  it.each(['text', 7, true, [], [evrTopology()]])('a payload that is no object is 400: %j', async (payload) => {
    const { control } = controlHarness();
    expect((await control.invoke('pipelineTopologySet', payload)).status).toBe(400);
    expect((await control.invoke('pipelineTopologyGet', payload)).status).toBe(400);
  });

  it.each([undefined, null, {}, { name: '' }, { name: 7 }])('a name is needed: %j', async (payload) => {
    const { control } = controlHarness();
    for (const method of ['pipelineTopologyGet', 'pipelineTopologyDelete', 'livePipelineGet', 'livePipelineActivate']) {
      expect((await control.invoke(method, payload)).status).toBe(400);
    }
  });

  it('a handler that throws anything gives a 500 with a text', async () => {
    const { control } = controlHarness();
    control.registerMethod('broken', () => {
      throw 'a string';
    });
    expect(await control.invoke('broken', {})).toMatchObject({
      status: 500,
      payload: { error: { code: 'InternalServerError', details: [{ message: 'a string' }] } },
    });
  });
});

it('a topology set by a program is refused with everything that is wrong', () => {
  const { control } = controlHarness();
  const broken = topologyOf(rtspSource(), motion('nobody'), hubSink('nobody'));
  expect(() => control.topologies.set(broken)).toThrowError(
    expect.objectContaining({
      name: 'SluiceError',
      code: 'PipelineValidationError',
      kind: 'invalid',
      where: { pointer: '/properties/processors/0/inputs/0/nodeName' },
      problems: [expect.anything(), expect.anything()],
    }),
  );
});

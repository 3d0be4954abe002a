import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../engine/config/index.js';
import type { Service } from '../../engine/service.js';
import { startService } from '../../engine/service.js';
import { controlHarness, latch } from '../kit/control-harness.js';
import { openTestEngine } from '../kit/engine.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { serve } from '../kit/http-server.js';
import { callMethod } from '../kit/served-engine.js';

interface Refusal {
  error: { code: string; message: string; details: Array<{ code: string; message: string; target?: string }> };
}

const topology = motionToFiles();
const pipeline = livePipeline('p1', topology.name, { rtspUrl: 'rtsp://127.0.0.1:9/none' });
const version = { '@apiVersion': '1.1' };

/** The control plane behind HTTP, with a runtime that waits when a test wants it to. */
const controlled = async () => {
  const { control, runner } = controlHarness();
  const { server } = await serve({ methods: control });
  const call = (method: string, payload: unknown = {}) => callMethod(server.url, method, payload);
  const refusal = async (method: string, payload: unknown = {}) => {
    const { status, payload: body } = await call(method, payload);
    const { error } = body as Refusal;
    return [status, error.code, error.details[0]?.code];
  };
  return { runner, call, refusal };
};

const withPipeline = async () => {
  const harness = await controlled();
  expect((await harness.call('pipelineTopologySet', topology)).status).toBe(201);
  expect((await harness.call('livePipelineSet', pipeline)).status).toBe(201);
  return harness;
};

const p1 = { ...version, name: 'p1' };

describe("AVA's refusals over HTTP", () => {
  it.each<[string, unknown]>([
    ['pipelineTopologyGet', { name: 'nobody' }],
    ['livePipelineGet', { name: 'nobody' }],
    ['livePipelineActivate', { name: 'nobody' }],
    ['livePipelineDeactivate', { name: 'nobody' }],
    ['remoteDeviceAdapterGet', { name: 'nobody' }],
  ])('%s of what does not exist: 404', async (method, payload) => {
    const { refusal } = await controlled();
    expect(await refusal(method, payload)).toEqual([404, 'NotFound', 'NotFound']);
  });

  it.each(['pipelineTopologyDelete', 'livePipelineDelete', 'remoteDeviceAdapterDelete'])(
    '%s of what does not exist: 204 without a body',
    async (method) => {
      const { call } = await controlled();
      expect(await call(method, { ...version, name: 'nobody' })).toEqual({ status: 204, payload: null });
    },
  );

  it('an unknown method: 501; a payload that is none, or of another version: 400', async () => {
    const { refusal } = await controlled();
    expect(await refusal('pipelineTopologyFrobnicate')).toEqual([501, 'NotImplemented', 'MethodNotImplemented']);
    expect(await refusal('livePipelineGet', [])).toEqual([400, 'BadRequest', 'InvalidPayload']);
    expect(await refusal('livePipelineGet', {})).toEqual([400, 'BadRequest', 'InvalidPayload']);
    expect(await refusal('livePipelineList', { '@apiVersion': '2.0' })).toEqual([
      400,
      'BadRequest',
      'ApiVersionNotSupported',
    ]);
    expect(await refusal('livePipelineList', { '@continuationToken': 'x' })).toEqual([
      400,
      'BadRequest',
      'InvalidContinuationToken',
    ]);
  });

  it('a topology with faults: 400 with every one; one in use: 409 on delete', async () => {
    const { call, refusal } = await withPipeline();
    const wrong = structuredClone(topology);
    Object.assign(wrong.properties.processors[0]!, { inputs: [{ nodeName: 'nobody' }], sensitivity: 'extreme' });
    const { status, payload } = await call('pipelineTopologySet', { ...wrong, name: 'Wrong' });
    expect(status).toBe(400);
    const { details } = (payload as Refusal).error;
    expect(new Set(details.map(({ code }) => code))).toEqual(new Set(['PipelineValidationError']));
    expect(details.map(({ target }) => target)).toEqual(
      expect.arrayContaining(['/properties/processors/0/inputs/0/nodeName', '/properties/processors/0/sensitivity']),
    );
    expect(await refusal('pipelineTopologyDelete', { ...version, name: topology.name })).toEqual([
      409,
      'Conflict',
      'PipelineTopologyInUse',
    ]);
  });

  it('a live pipeline without its topology: 409; without its parameters: 400', async () => {
    const { refusal } = await withPipeline();
    expect(await refusal('livePipelineSet', livePipeline('p2', 'Nowhere', {}))).toEqual([
      409,
      'Conflict',
      'ResourceValidationError',
    ]);
    expect(await refusal('livePipelineSet', livePipeline('p2', topology.name, {}))).toEqual([
      400,
      'BadRequest',
      'PipelineValidationError',
    ]);
  });

  it('in every state, exactly what the state forbids', async () => {
    const { call, refusal, runner } = await withPipeline();
    const changed = livePipeline('p1', topology.name, { rtspUrl: 'rtsp://127.0.0.1:9/other' });
    const wider = {
      ...topology,
      properties: { ...topology.properties, parameters: [...topology.properties.parameters] },
    };
    wider.properties.parameters.push({
      name: 'more',
      type: 'string',
      default: 'x',
    } as (typeof wider.properties.parameters)[0]);
    const notAllowed = [409, 'Conflict', 'OperationNotAllowedInState'];
    const inUse = [409, 'Conflict', 'PipelineTopologyInUse'];
    const state = async () => (await call('livePipelineGet', p1)).payload as { properties: { state: string } };

    const start = latch();
    runner.before = () => start.open;
    const activating = call('livePipelineActivate', p1);
    await expect.poll(async () => (await state()).properties.state).toBe('activating');
    expect(await refusal('livePipelineDeactivate', p1)).toEqual(notAllowed);
    expect(await refusal('livePipelineDelete', p1)).toEqual(notAllowed);
    expect(await refusal('livePipelineSet', changed)).toEqual(notAllowed);
    expect(await refusal('pipelineTopologySet', wider)).toEqual(inUse);
    start.release();
    expect(await activating).toEqual({ status: 200, payload: null });

    expect(await call('livePipelineActivate', p1)).toEqual({ status: 200, payload: null });
    expect(await refusal('livePipelineDelete', p1)).toEqual(notAllowed);
    expect(await refusal('livePipelineSet', changed)).toEqual(notAllowed);
    expect(await refusal('pipelineTopologySet', wider)).toEqual(inUse);
    const described = { ...pipeline, properties: { ...pipeline.properties, description: 'the yard' } };
    expect((await call('livePipelineSet', described)).status).toBe(200);

    const stop = latch();
    runner.before = () => stop.open;
    const deactivating = call('livePipelineDeactivate', p1);
    await expect.poll(async () => (await state()).properties.state).toBe('deactivating');
    expect(await refusal('livePipelineActivate', p1)).toEqual(notAllowed);
    expect(await refusal('livePipelineDelete', p1)).toEqual(notAllowed);
    expect(await refusal('livePipelineSet', changed)).toEqual(notAllowed);
    stop.release();
    expect(await deactivating).toEqual({ status: 200, payload: null });

    expect(await call('livePipelineDeactivate', p1)).toEqual({ status: 200, payload: null });
    expect((await call('pipelineTopologySet', wider)).status).toBe(200);
    expect((await call('livePipelineSet', changed)).status).toBe(200);
    expect((await call('livePipelineDelete', p1)).status).toBe(200);
    expect((await call('pipelineTopologyDelete', { ...version, name: topology.name })).status).toBe(200);
  });
});

describe('/openapi.json of an engine', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a document whose form is what is looked at
  let document: any;
  let service: Service;

  beforeAll(async () => {
    const { config } = loadConfig({ env: {}, overrides: { 'http.address': '127.0.0.1:0' } });
    const test = await openTestEngine({ config });
    try {
      service = await startService(test.engine);
      const response = await fetch(`${service.urls[0]}/openapi.json`);
      expect(response.headers.get('content-type')).toContain('application/json');
      document = await response.json();
      await service.close();
    } finally {
      await test.remove();
    }
  });

  it('has the form of OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info).toEqual(expect.objectContaining({ title: 'Sluice', version: expect.any(String) }));
    const identifiers: string[] = [];
    for (const [path, item] of Object.entries<Record<string, Record<string, unknown>>>(document.paths)) {
      expect(path).toMatch(/^\/[^?#]*$/);
      const inPath = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]).sort();
      for (const [verb, operation] of Object.entries(item)) {
        expect(['get', 'head', 'post', 'delete']).toContain(verb);
        const parameters = (operation['parameters'] ?? []) as Array<{ name: string; in: string; required?: boolean }>;
        const declared = parameters.filter((parameter) => parameter.in === 'path');
        expect(declared.map(({ name }) => name).sort(), path).toEqual(inPath);
        expect(declared.every(({ required }) => required === true)).toBe(true);
        const responses = Object.entries(operation['responses'] as Record<string, { description?: string }>);
        expect(responses.length).toBeGreaterThan(0);
        for (const [status, response] of responses) {
          expect(status).toMatch(/^([1-5]\d\d|default)$/);
          expect(response.description).toBeTruthy();
        }
        if (operation['operationId']) identifiers.push(String(operation['operationId']));
      }
    }
    expect(new Set(identifiers).size).toBe(identifiers.length);
    for (const [, place] of JSON.stringify(document).matchAll(/"\$ref":"#([^"]+)"/g)) {
      const target = place!
        .split('/')
        .slice(1)
        .reduce((at, key) => at?.[key], document);
      expect(target, place).toBeDefined();
    }
  });

  it('has every route, every direct method, and schemas that judge topologies', () => {
    const paths = Object.keys(document.paths);
    for (const path of [
      '/methods/{method}',
      '/twins/{device}/modules/{module}/methods',
      '/inputs/{input}',
      '/events',
    ]) {
      expect(paths).toContain(path);
    }
    for (const resource of ['pipelineTopology', 'livePipeline', 'remoteDeviceAdapter']) {
      for (const verb of ['Set', 'Get', 'List', 'Delete']) expect(paths).toContain(`/methods/${resource}${verb}`);
    }
    for (const method of ['livePipelineActivate', 'livePipelineDeactivate', 'onvifDeviceDiscover', 'onvifDeviceGet']) {
      expect(paths).toContain(`/methods/${method}`);
    }
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema({ $id: 'openapi', components: document.components });
    const judge = ajv.getSchema('openapi#/components/schemas/PipelineTopology')!;
    expect(judge(messageToFiles())).toBe(true);
    expect(judge({ name: 'x', properties: { sources: [{ '@type': '#Nobody.Knows' }] } })).toBe(false);
    onTestFinished(() => {
      ajv.removeSchema();
    });
  });
});

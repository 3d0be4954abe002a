import { randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import azure from 'azure-iothub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EventClient } from '../kit/event-client.js';
import { livePipeline, messageToFiles, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { ofType, type ServedEngine, serveEngine, untilLogged } from '../kit/served-engine.js';
import { selfSigned, tempFolder } from '../kit/temp-files.js';

/** As the certificate has it: the client thinks that it talks to its hub. */
const HUB = 'localhost';
const KEY = randomBytes(32).toString('base64');

interface MethodAnswer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into by tests only
  payload: any;
}

describe('sluice serve', () => {
  const folder = tempFolder();
  let camera: TestCamera;
  let engine: ServedEngine;
  let client: azure.Client;
  let agent: Agent;

  beforeAll(async () => {
    const { cert, key, pem } = selfSigned(folder.path);
    const keyFile = join(folder.path, 'iothub.yaml');
    writeFileSync(keyFile, `iothub:\n  key: ${KEY}\n`, { mode: 0o600 });
    camera = await startCamera({ scenes: ['busy'], gop: 1 });
    const tls = ['--https', '127.0.0.1:0', '--cert', cert, '--key', key];
    engine = await serveEngine(join(folder.path, 'data'), ...tls, '--config', keyFile);
    agent = new Agent({ host: '127.0.0.1', port: Number(new URL(engine.urls[1]!).port), ca: pem, keepAlive: true });
    client = azure.Client.fromConnectionString(
      `HostName=${HUB};SharedAccessKeyName=iothubowner;SharedAccessKey=${KEY}`,
    );
    const inner = client as unknown as { _restApiClient: { setOptions(options: unknown): void } };
    inner._restApiClient.setOptions({ http: { agent } });
  });

  afterAll(async () => {
    agent?.destroy();
    engine?.kill();
    await camera?.stop();
    folder.remove();
  });

  const invoke = async (methodName: string, payload: Record<string, unknown>): Promise<MethodAnswer> => {
    const request = { methodName, payload: { '@apiVersion': '1.1', ...payload }, responseTimeoutInSeconds: 60 };
    return (await client.invokeDeviceMethod('some-device', 'avaedge', request)).result as MethodAnswer;
  };

  it("takes a camera from topology to MP4 and away again, for IoT Hub's own client", async () => {
    const topology = motionToFiles({ minimum: 'PT10S', maximum: 'PT10S' });
    const set = await invoke('pipelineTopologySet', topology);
    expect(set).toMatchObject({ status: 201, payload: { name: topology.name, systemData: expect.anything() } });
    expect((await invoke('pipelineTopologySet', topology)).status).toBe(200);

    const pipeline = livePipeline('gate-1', topology.name, { rtspUrl: camera.url });
    expect(await invoke('livePipelineSet', pipeline)).toMatchObject({
      status: 201,
      payload: { name: 'gate-1', properties: { ...pipeline.properties, state: 'inactive' } },
    });
    expect(await invoke('livePipelineActivate', { name: 'gate-1' })).toEqual({ status: 200, payload: null });
    expect((await invoke('livePipelineActivate', { name: 'gate-1' })).status).toBe(200);
    const { payload: list } = await invoke('livePipelineList', {});
    expect(list.value).toMatchObject([{ name: 'gate-1', properties: { state: 'active' } }]);
    expect(list).not.toHaveProperty('@continuationToken');

    const [url] = engine.urls as [string];
    await untilLogged(url, (events) => ofType(events, 'RecordingAvailable').length > 0, 40_000);
    expect((await invoke('livePipelineDelete', { name: 'gate-1' })).status).toBe(409);
    expect((await invoke('pipelineTopologyDelete', { name: topology.name })).status).toBe(409);

    expect(await invoke('livePipelineDeactivate', { name: 'gate-1' })).toEqual({ status: 200, payload: null });
    // It answers when everything is written, and not before.
    const events = await untilLogged(url, () => true);
    const started = ofType(events, 'RecordingStarted');
    expect(ofType(events, 'RecordingAvailable')).toHaveLength(started.length);
    for (const start of started) {
      const clip = await judgeClip(String(start.data['outputLocation']));
      expect(clip.complaints).toBe('');
      expect(clip.boxes).toContain('moov');
      expect(clip.boxes).not.toContain('moof');
      expect(clip.firstIsKeyframe).toBe(true);
    }
    expect((await invoke('livePipelineGet', { name: 'gate-1' })).payload.properties.state).toBe('inactive');
    expect(await invoke('livePipelineDelete', { name: 'gate-1' })).toEqual({ status: 200, payload: null });
    expect((await invoke('livePipelineDelete', { name: 'gate-1' })).status).toBe(204);
    expect((await invoke('livePipelineGet', { name: 'gate-1' })).status).toBe(404);
    expect((await invoke('pipelineTopologyDelete', { name: topology.name })).status).toBe(200);
    expect((await invoke('unheardOf', {})).status).toBe(501);
  }, 120_000);

  it('does all of it over one WebSocket, and tells each subscriber what he asked for', async () => {
    const [url] = engine.urls as [string];
    const topology = messageToFiles({ offset: '-PT1S', minimum: 'PT10S', maximum: 'PT20S' });
    const control = await EventClient.open(url, '?since=0&type=PipelineStateChanged&pipeline=left');
    let nextId = 1;
    const answers = () => control.items as unknown as Array<{ id?: unknown; status?: number; payload?: unknown }>;
    const ask = async (request: Record<string, unknown>): Promise<MethodAnswer> => {
      const id = `r${nextId++}`;
      control.socket.send(JSON.stringify({ id, ...request }));
      await control.until(() => answers().some((item) => item.id === id && item.status !== undefined));
      return answers().find((item) => item.id === id) as MethodAnswer;
    };
    expect((await ask({ method: 'pipelineTopologySet', payload: topology })).status).toBe(201);
    for (const name of ['left', 'right']) {
      const payload = livePipeline(name, topology.name, { rtspUrl: camera.url, input: 'door' });
      expect((await ask({ method: 'livePipelineSet', payload })).status).toBe(201);
      expect((await ask({ method: 'livePipelineActivate', payload: { name } })).status).toBe(200);
    }
    await untilLogged(url, (events) =>
      ['left', 'right'].every((name) =>
        ofType(events, 'MediaSessionEstablished').some(({ subject }) => subject.includes(`/${name}/`)),
      ),
    );
    const right = await EventClient.open(url, '?since=0&pipeline=right');
    const starts = await EventClient.open(url, '?since=0&type=Operational.RecordingStarted&pipeline=right');
    const before = starts.items.length;

    // By HTTP to one of two that listen, then over the socket to the other.
    const posted = await fetch(`${url}/inputs/door?pipeline=right`, { method: 'POST', body: '{"open":true}' });
    const delivery = (await posted.json()) as { delivered: number; eventIds: string[] };
    expect(delivery).toMatchObject({ delivered: 1 });
    await starts.until(() => starts.items.length > before);
    const [start] = starts.items.slice(before) as unknown as Array<Record<string, unknown>>;
    expect(start).toMatchObject({ correlationId: delivery.eventIds[0], eventType: expect.stringMatching(/Started$/) });
    expect(start?.['subject']).toContain('/right/');
    const over = await ask({ input: 'door', message: { open: true }, pipeline: 'left' });
    expect(over).toMatchObject({ status: 200, payload: { delivered: 1 } });
    expect((await ask({ input: 'door', pipeline: 'nobody' })).payload).toEqual({ delivered: 0, eventIds: [] });

    for (const name of ['left', 'right']) await ask({ method: 'livePipelineDeactivate', payload: { name } });
    await control.until(() => control.items.some((item) => 'data' in item && item.data['state'] === 'inactive'));
    const told = control.items.flatMap((item) => ('eventType' in item ? [item.data['state']] : []));
    expect(told).toEqual(['activating', 'active', 'deactivating', 'inactive']);

    // What was subscribed is exactly what the log has for it.
    const log = await untilLogged(
      url,
      (events) =>
        ofType(events, 'RecordingAvailable').length >= 2 &&
        ofType(events, 'PipelineStateChanged').some(
          ({ subject, data }) => subject.includes('/right') && data['state'] === 'inactive',
        ),
    );
    const ofRight = log.filter(({ subject }) => subject.split('/').includes('right')).map(({ seq }) => seq);
    await right.until(() => right.seqs.length >= ofRight.length);
    expect(right.seqs).toEqual(ofRight);
    const file = String(start?.['data'] && (start['data'] as Record<string, unknown>)['outputLocation']);
    expect(existsSync(file)).toBe(true);
  });

  it('says why it turns a socket away', async () => {
    const [url] = engine.urls as [string];
    for (const query of ['?since=-1', '?since=x', '?sinc=1', '?type=a&type=b']) {
      await expect(EventClient.open(url, query)).rejects.toThrow('400');
    }
  });
});

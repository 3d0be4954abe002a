import { createServer, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { loadConfig } from '../../engine/config/index.js';
import { startService } from '../../engine/service.js';
import { openTestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { callMethod } from '../kit/served-engine.js';

const PIPELINES = 1000;
const ACTIVE = 200;
const PER_SECOND = 10;

/** Takes connections and says nothing. */
const silentCamera = async (): Promise<{ port: number; connections: number }> => {
  const sockets = new Set<Socket>();
  const camera = { port: 0, connections: 0 };
  const server = createServer((socket) => {
    camera.connections++;
    sockets.add(socket);
    socket.on('error', () => {}).resume();
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  camera.port = (server.address() as { port: number }).port;
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return camera;
};

interface List {
  value: Array<{ name: string; properties: { state: string } }>;
}

it(`${PIPELINES} live pipelines are set, listed, and ${ACTIVE} of them active on cameras that do not answer`, async () => {
  const camera = await silentCamera();
  const overrides = { 'http.address': '127.0.0.1:0', 'camera.connectionsPerSecond': String(PER_SECOND) };
  const { config } = loadConfig({ env: {}, overrides });
  const test = await openTestEngine({ config });
  const service = await startService(test.engine);
  onTestFinished(async () => {
    await service.close();
    await test.remove();
  });
  const call = (method: string, payload: unknown = {}) => callMethod(service.urls[0]!, method, payload);
  const topology = motionToFiles();
  const nameOf = (n: number) => `camera-${String(n).padStart(4, '0')}`;
  const names = Array.from({ length: PIPELINES }, (_, n) => nameOf(n));
  await call('pipelineTopologySet', topology);
  for (const [n, name] of names.entries()) {
    const rtspUrl = `rtsp://127.0.0.1:${camera.port}/${n}`;
    expect((await call('livePipelineSet', livePipeline(name, topology.name, { rtspUrl }))).status).toBe(201);
  }
  const surplus = livePipeline('one-more', topology.name, { rtspUrl: 'rtsp://127.0.0.1/x' });
  expect(await call('livePipelineSet', surplus)).toMatchObject({
    status: 409,
    payload: { error: { details: [{ code: 'ResourceLimitReached' }] } },
  });

  const activating = performance.now();
  for (const name of names.slice(0, ACTIVE)) expect((await call('livePipelineActivate', { name })).status).toBe(200);
  const { value } = (await call('livePipelineList')).payload as List;
  expect(value.map(({ name }) => name)).toEqual(names);
  expect(value.filter(({ properties }) => properties.state === 'active').map(({ name }) => name)).toEqual(
    names.slice(0, ACTIVE),
  );
  expect(test.engine.stats().pipelines).toHaveLength(ACTIVE);

  // Cameras wait for their turn; none of the methods does.
  await expect.poll(() => camera.connections, { timeout: 60_000 }).toBeGreaterThan(PER_SECOND);
  const elapsed = (performance.now() - activating) / 1000;
  expect(camera.connections).toBeLessThanOrEqual(PER_SECOND * (elapsed + 1) + 1);

  // One of the active ones is replaced while the others try on.
  const [first] = names as [string];
  expect((await call('livePipelineDeactivate', { name: first })).status).toBe(200);
  const moved = livePipeline(first, topology.name, { rtspUrl: `rtsp://127.0.0.1:${camera.port}/moved` });
  expect((await call('livePipelineSet', moved)).status).toBe(200);
  expect((await call('livePipelineActivate', { name: first })).status).toBe(200);

  await Promise.all(names.slice(0, ACTIVE).map((name) => call('livePipelineDeactivate', { name })));
  const after = (await call('livePipelineList')).payload as List;
  expect(new Set(after.value.map(({ properties }) => properties.state))).toEqual(new Set(['inactive']));
  expect(test.engine.stats().pipelines).toEqual([]);
  const metrics = await (await fetch(`${service.urls[0]}/metrics`)).text();
  expect(metrics).not.toContain('live_pipeline="camera-');
});

import { existsSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { http } from '../kit/raw-http.js';
import { type ServedEngine, serveEngine } from '../kit/served-engine.js';
import { tempDir } from '../kit/temp-dir.js';

describe('sluice serve and its settings', () => {
  let engine: ServedEngine | undefined;

  afterEach(() => engine?.kill());

  const soon = <T>(check: () => T | Promise<T>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });

  it('lets in the names and origins of the file, and others as soon as the file has others', async () => {
    const folder = tempDir();
    const file = join(folder, 'sluice.yaml');
    const names = (host: string) =>
      writeFileSync(file, `http: {allowedHosts: [${host}], allowedOrigins: ["https://${host}"]}\n`);
    names('first.example');
    engine = await serveEngine(join(folder, 'data'), '--config', file);
    const [url] = engine.urls;
    const asked = async (host: string) => (await http(`${url}/healthz`, { headers: { host } })).status;
    const posted = async (host: string) =>
      (await http(`${url}/methods/livePipelineList`, { method: 'POST', headers: { origin: `https://${host}` } }))
        .status;
    expect([await asked('first.example'), await asked('second.example')]).toEqual([200, 403]);
    expect([await posted('first.example'), await posted('second.example')]).toEqual([200, 403]);
    names('second.example');
    process.kill(engine.pid, 'SIGHUP');
    await soon(async () => expect(await asked('second.example')).toBe(200));
    expect(await asked('first.example')).toBe(403);
    expect([await posted('first.example'), await posted('second.example')]).toEqual([403, 200]);
  });

  it('logs the categories of the file, and others as soon as the file has others', async () => {
    const folder = tempDir();
    const file = join(folder, 'sluice.yaml');
    const reload = async (text: string) => {
      writeFileSync(file, `logCategories: [${text}]\n`);
      process.kill(engine!.pid, 'SIGHUP');
      await soon(() => expect(engine!.log()).toContain('logCategories changed'));
    };
    const events = (name: string) => lines().filter(({ msg }) => msg?.endsWith(`.${name}`));
    const lines = (): Array<{ msg?: string; category?: string; event?: { seq: number } }> =>
      engine!
        .log()
        .split('\n')
        .flatMap((line) => (/^\{.*\}$/.test(line) ? [JSON.parse(line)] : []));
    const restart = async (name: string) => {
      await engine!.call('livePipelineActivate', { name });
      await engine!.call('livePipelineDeactivate', { name });
    };
    writeFileSync(file, '');
    engine = await serveEngine(join(folder, 'data'), '--config', file);
    expect((await engine.call('pipelineTopologySet', messageToFiles())).status).toBe(201);
    const parameters = { rtspUrl: 'rtsp://127.0.0.1:1/none', input: 'x' };
    await engine.call('livePipelineSet', livePipeline('p1', 'MessageToFiles', parameters));
    await soon(() => expect(events('EngineStarted')).toMatchObject([{ category: 'Events', event: { seq: 1 } }]));
    await restart('p1');
    await soon(() => expect(events('PipelineStateChanged')).toHaveLength(4));
    await reload('Application');
    await restart('p1');
    await engine.end();
    expect(events('PipelineStateChanged')).toHaveLength(4);
    expect(lines().some(({ msg }) => msg?.includes('finishing clips'))).toBe(true);
  });

  it('listens at a socket file, also after it was killed, and takes the file away when it stops', async () => {
    const folder = tempDir();
    const socketPath = join(folder, 'sluice.sock');
    const ready = () =>
      new Promise<number | undefined>((done, failed) => {
        const asking = request({ socketPath, path: '/readyz' }, (answer) => {
          answer.resume();
          done(answer.statusCode);
        });
        asking.on('error', failed).end();
      });
    const start = () => serveEngine(join(folder, 'data'), '--http', `unix:${socketPath}`);
    engine = await start();
    expect(engine.urls).toEqual([`unix:${socketPath}`]);
    expect(await ready()).toBe(200);
    await engine.end('SIGKILL');
    expect(existsSync(socketPath)).toBe(true);
    engine.kill();
    engine = await start();
    expect(await ready()).toBe(200);
    expect(await engine.end()).toEqual({ code: 0, signal: null });
    expect(existsSync(socketPath)).toBe(false);
  });
});

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { enginePids, namesOnEach } from '../kit/engine-fleet.js';
import { EventClient } from '../kit/event-client.js';
import { livePipeline, messageToFiles } from '../kit/evr.js';
import { descendants, processTexts } from '../kit/processes.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { loggedEvents, ofType, type ServedEngine, serveEngine, untilLogged } from '../kit/served-engine.js';
import { tempFolder } from '../kit/temp-files.js';
import { until } from '../kit/until.js';

const [first, second] = namesOnEach(2, 2) as [string[], string[]];
const names = [...first, ...second].sort();
const topology = messageToFiles({ offset: '-PT1S', minimum: 'PT10S', maximum: 'PT10S' });
const changed = messageToFiles({ offset: '-PT2S', minimum: 'PT10S', maximum: 'PT10S' });

interface ClipPage {
  value: Array<{ id: string; pipeline: string; start: string; urls: { file: string; thumbnail: string } }>;
  '@continuationToken'?: string;
}

describe('sluice serve --engines 2', () => {
  const folder = tempFolder();
  const dataDir = join(folder.path, 'data');
  let cameras: TestCamera;
  let engine: ServedEngine;
  let url: string;

  const start = async (): Promise<void> => {
    engine = await serveEngine(dataDir, '--engines', '2');
    url = engine.urls[0] as string;
  };
  const json = async <T>(path: string): Promise<T> => {
    const response = await fetch(url + path);
    expect(response.status, path).toBe(200);
    return (await response.json()) as T;
  };
  const trigger = async (query = ''): Promise<number> => {
    const response = await fetch(`${url}/inputs/go${query}`, { method: 'POST', body: '{}' });
    return ((await response.json()) as { delivered: number }).delivered;
  };
  const streaming = async (): Promise<void> => {
    for (const end = Date.now() + 60_000; ; ) {
      const { value } = await json<{ value: Array<{ connection: string }> }>('/cameras');
      if (value.length === 4 && value.every(({ connection }) => connection === 'streaming')) return;
      if (Date.now() > end) throw new Error(`the cameras do not all stream: ${JSON.stringify(value)}`);
      await new Promise((later) => setTimeout(later, 100));
    }
  };
  const recorded = (count: number) =>
    untilLogged(url, (events) => ofType(events, 'RecordingAvailable').length >= count, 60_000);
  /** Every event once, without a hole. */
  const isWhole = async (): Promise<void> => {
    const events = await loggedEvents(url);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  };

  beforeAll(async () => {
    cameras = await startCamera({ scenes: ['quiet'], count: 4, gop: 1, size: '320x180', fps: 10 });
    await start();
  }, 60_000);

  afterAll(async () => {
    engine?.kill();
    await cameras?.stop();
    folder.remove();
  });

  it('takes topologies and live pipelines, and lists those of all engines', async () => {
    expect((await engine.call('pipelineTopologySet', topology)).status).toBe(201);
    for (const [index, name] of names.entries()) {
      const parameters = { rtspUrl: cameras.urls[index]!, input: 'go' };
      expect((await engine.call('livePipelineSet', livePipeline(name, topology.name, parameters))).status).toBe(201);
      expect((await engine.call('livePipelineActivate', { name })).status).toBe(200);
    }
    const { payload } = await engine.call('livePipelineList');
    expect(payload).toMatchObject({ value: names.map((name) => ({ name, properties: { state: 'active' } })) });
    expect((await engine.call('livePipelineGet', { name: 'nobody' })).status).toBe(404);
    expect((await engine.call('unheardOf')).status).toBe(501);
    await streaming();
  }, 90_000);

  it('records on both engines, and routes clips, pictures and live views to the one that has them', async () => {
    expect(await trigger()).toBe(4);
    const events = await recorded(4);
    const page = await json<ClipPage>('/clips?limit=3');
    expect(page.value).toHaveLength(3);
    const rest = await json<ClipPage>(`/clips?limit=3&@continuationToken=${page['@continuationToken']}`);
    const clips = [...page.value, ...rest.value];
    expect(rest).not.toHaveProperty('@continuationToken');
    expect(clips.map(({ pipeline }) => pipeline).sort()).toEqual(names);
    expect(clips.map(({ start }) => start)).toEqual(
      clips
        .map(({ start }) => start)
        .sort()
        .reverse(),
    );
    for (const { urls } of clips) {
      const part = await fetch(url + urls.file, { headers: { range: 'bytes=4-7' } });
      expect([part.status, await part.text()]).toEqual([206, 'ftyp']);
      expect((await fetch(url + urls.thumbnail)).headers.get('content-type')).toBe('image/jpeg');
    }
    // What events say of a clip leads to the same.
    for (const { data } of ofType(events, 'RecordingAvailable')) {
      expect(clips.map(({ urls }) => urls.file)).toContain(data['url']);
    }
    for (const name of names) {
      const picture = await fetch(`${url}/cameras/${name}/snapshot.jpg?width=160`);
      expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
      const said = await new Promise((resolve, reject) => {
        const socket = new WebSocket(`${url.replace('http', 'ws')}/cameras/${name}/live`);
        socket.once('message', (data) => {
          socket.terminate();
          resolve(JSON.parse(String(data)));
        });
        socket.once('error', reject);
      });
      expect(said).toMatchObject({ codec: expect.stringMatching(/^avc1/), width: 320 });
    }
    expect((await fetch(`${url}/clips/2000000000999`)).status).toBe(404);
    expect((await fetch(`${url}/videos/none`)).status).toBe(404);
    expect((await fetch(`${url}/`)).headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await json('/session')).toEqual({ needsToken: false, signedIn: true });
  }, 90_000);

  it('has one stream of events, which can be resumed anywhere', async () => {
    await isWhole();
    const all = await loggedEvents(url);
    const middle = Math.floor(all.length / 2);
    const client = await EventClient.open(url, `?since=${middle}`);
    await client.count(all.length - middle);
    expect(client.items).toEqual(all.slice(middle));
    const filtered = await json<{ value: unknown[] }>(`/events?since=0&limit=1000&pipeline=${second[0]}`);
    expect(filtered.value.length).toBeGreaterThan(2);
  });

  it('changes a topology on all engines or on none', async () => {
    for (const name of first) expect((await engine.call('livePipelineDeactivate', { name })).status).toBe(200);
    // The first engine would take it; the second has pipelines that run.
    const refused = await engine.call('pipelineTopologySet', changed);
    expect([refused.status, JSON.stringify(refused.payload)]).toEqual([409, expect.stringContaining(second[0]!)]);
    for (const name of second) expect((await engine.call('livePipelineDeactivate', { name })).status).toBe(200);
    const offset = async () =>
      JSON.stringify((await engine.call('pipelineTopologyGet', { name: topology.name })).payload);
    expect(await offset()).toContain('"activationSignalOffset":"-PT1S"');
    expect((await engine.call('pipelineTopologySet', changed)).status).toBe(200);
    expect(await offset()).toContain('"activationSignalOffset":"-PT2S"');
    for (const name of names) expect((await engine.call('livePipelineActivate', { name })).status).toBe(200);
    await streaming();
  }, 90_000);

  it('tells metrics of each engine, and hides the keys between them', async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const of of ['front', '1', '2']) expect(metrics).toContain(`\nprocess_resident_memory_bytes{engine="${of}"} `);
    expect(metrics.match(/^# TYPE sluice_units_total /gm)).toHaveLength(1);
    expect(metrics.match(/^sluice_camera_connected\{engine="[12]",camera="[^"]+"\} 1$/gm)).toHaveLength(4);
    const pids = enginePids(engine.pid);
    expect([...pids.keys()].sort()).toEqual([1, 2]);
    expect(processTexts([...pids.values()])).not.toMatch(/SLUICE_|token/i);
  });

  it('starts an engine again that was killed, while the other goes on', async () => {
    const before = (await loggedEvents(url)).length;
    const clips = ofType(await loggedEvents(url), 'RecordingAvailable').length;
    process.kill(enginePids(engine.pid).get(2)!, 'SIGKILL');
    await untilLogged(url, (events) => ofType(events, 'EngineLost').length === 1);
    expect(await trigger(`?pipeline=${first[0]}`)).toBe(1);
    const list = await fetch(`${url}/cameras`);
    if (list.status !== 200) {
      expect(list.status).toBe(503);
      expect(await list.json()).toMatchObject({ error: { code: 'EngineAway' } });
    }
    await recorded(clips + 1);
    const events = await untilLogged(url, (all) => ofType(all, 'EngineRestored').length === 1);
    expect(ofType(events.slice(before), 'EngineLost')[0]?.data).toMatchObject({ engine: 2, problem: 'signal SIGKILL' });
    await streaming();
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await trigger(`?pipeline=${second[0]}`)).toBe(1);
    await recorded(clips + 2);
    await isWhole();
  }, 120_000);

  it('leaves no process when it is killed, and goes on with the same events', async () => {
    const seen = await loggedEvents(url);
    const family = descendants(engine.pid);
    expect(family.length).toBeGreaterThan(3);
    expect((await engine.end('SIGKILL')).signal).toBe('SIGKILL');
    await until('all engines to end', () => family.every((pid) => !isAlive(pid)), 30_000);
    await start();
    await streaming();
    expect((await loggedEvents(url)).slice(0, seen.length)).toEqual(seen);
    // What the engines wrote while nobody listened is in it as well.
    expect(ofType(await loggedEvents(url), 'EngineStopped')).toHaveLength(2);
    await isWhole();
  }, 120_000);

  it('ends in good order, and does not start with fewer engines', async () => {
    const family = descendants(engine.pid);
    expect(await engine.end()).toEqual({ code: 0, signal: null });
    expect(family.filter(isAlive)).toEqual([]);
    await expect(serveEngine(dataDir)).rejects.toThrow(/data folder is that of 2 engines.*\[EnginesTooFew\]/s);
    await start();
    expect(ofType(await loggedEvents(url), 'EngineStopped')).toHaveLength(4);
  }, 90_000);
});

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { evrTopology } from '../kit/topologies.js';

type Found = { start: string; end: string; energy: number }[];

describe('what moved in front of a camera', () => {
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;
  let base: string;
  const began = new Date().toISOString();

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['motion'] });
    test = await openTestEngine({ settings: { 'http.address': '127.0.0.1:0' } });
    service = await startService(test.engine);
    base = `${service.urls[0]}/cameras/door/motion`;
    const topology = evrTopology();
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('door', topology.name, { rtspUrl: camera.url }));
    await test.engine.pipelines.activate('door');
    await test.until(() => test.named('Inference').length >= 5, 60_000);
  }, 120_000);

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await camera?.stop();
  });

  const ask = async (path: string): Promise<{ status: number; value: Found; message?: string }> => {
    const range = `starttime=${began}&endtime=${new Date(Date.now() + 60_000).toISOString()}`;
    const response = await fetch(`${base}${path}${path.includes('?') ? '&' : '?'}${range}`);
    const body = (await response.json()) as { value: Found; error?: { message: string } };
    return { status: response.status, value: body.value, ...(body.error ? { message: body.error.message } : {}) };
  };

  it('is found where it was, at its time', async () => {
    const events = test.named('Inference');
    const { box } = (events.at(-1)!.data['inferences'] as { motion: { box: Record<string, number> } }[])[0]!.motion;
    const there = await ask(`/search?sensitivity=high&region=${box['l']},${box['t']},${box['w']},${box['h']}`);
    expect(there.value.length).toBeGreaterThan(0);
    for (const { eventTime } of [events.at(-1)!]) {
      const at = Date.parse(eventTime);
      expect(there.value.some(({ start, end }) => Date.parse(start) <= at && Date.parse(end) >= at)).toBe(true);
    }
    const all = await ask('?buckets=1000');
    expect(all.value.length).toBeGreaterThan(0);
    for (const { energy } of all.value) expect(energy).toBeGreaterThan(0);
  });

  it('cannot be asked for in nonsense', async () => {
    for (const region of ['1,2,3', '0,0,0,1', '-1,0,1,1', 'a,b,c,d', '0,0,2,1', '0,0,1,1,1', ',,,']) {
      expect((await ask(`/search?region=${region}`)).status, region).toBe(400);
    }
    expect((await ask('?buckets=0')).status).toBe(400);
    expect((await fetch(base)).status).toBe(400);
    expect((await fetch(`${base}?starttime=2026-11-28&endtime=2026-11-27T00:00:00Z`)).status).toBe(400);
    expect((await fetch(`${service.urls[0]}/cameras/..%2Fdoor/motion?starttime=2026&endtime=2027`)).status).toBe(404);
  });
});

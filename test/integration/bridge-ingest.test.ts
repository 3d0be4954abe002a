import { afterEach, describe, expect, it } from 'vitest';
import type { IngestSpec } from '../../bridge/types.js';
import { recordIngest, testBridge } from '../kit/bridge.js';
import { testCameras } from '../kit/rtsp-camera.js';
import { until } from '../kit/until.js';

const { camera, stopCameras } = testCameras();
afterEach(stopCameras);

const tcp = (url: string, more: Partial<IngestSpec> = {}): IngestSpec => ({
  url,
  transport: 'tcp',
  ...more,
});

/** NAL unit types of an H.264 byte stream. */
const nalTypes = (payload: Uint8Array): number[] => {
  const types: number[] = [];
  for (let at = 0; at + 3 < payload.length; at++) {
    if (payload[at] === 0 && payload[at + 1] === 0 && payload[at + 2] === 1) types.push(payload[at + 3]! & 31);
  }
  return types;
};

describe('the ingest filter', () => {
  it.each(['tcp', 'http'] as const)(
    'delivers whole access units over %s, each keyframe with its parameter sets',
    async (transport) => {
      const { url } = await camera({ gop: 1 });
      const { bridge } = testBridge();
      const { ingest, units, caps, ends, count } = recordIngest(bridge, tcp(url, { transport }));
      await count(60);
      await ingest.stop();
      expect(ends).toEqual([{ kind: 'stopped' }]);
      expect(caps).toHaveLength(1);
      expect(caps[0]).toMatchObject({ mediaType: 'video/x-h264', width: 640, height: 360 });
      expect(units[0]).toMatchObject({ pts: 0, key: true });
      for (const [n, unit] of units.entries()) {
        expect(unit.pts, `unit ${n}`).toBeCloseTo(n * 40_000, -2);
        const types = nalTypes(unit.payload);
        expect(types.filter((type) => type === 1 || type === 5).length).toBeGreaterThan(0);
        if (unit.key) expect(types).toEqual(expect.arrayContaining([7, 8, 5]));
      }
      expect(units.filter((unit) => unit.key).length).toBeGreaterThanOrEqual(2);
    },
  );

  it('delivers streams with B-frames in decoding order', async () => {
    const { url } = await camera({ gop: 1, bframes: 2 });
    const { bridge } = testBridge();
    const { units, count } = recordIngest(bridge, tcp(url));
    await count(50);
    const times = units.map((unit) => unit.pts!);
    const sorted = [...times].sort((a, b) => a - b);
    expect(times).not.toEqual(sorted);
    for (let n = 1; n < 40; n++) expect(sorted[n]! - sorted[n - 1]!).toBeCloseTo(40_000, -2);
  });

  it('takes H.265', async () => {
    const { url } = await camera({ codec: 'h265' });
    const { bridge } = testBridge();
    const { units, caps, count } = recordIngest(bridge, tcp(url));
    await count(30);
    expect(caps[0]).toMatchObject({ mediaType: 'video/x-h265', width: 640, height: 360 });
    expect(units[0]?.key).toBe(true);
  });

  it.each(['basic', 'digest'] as const)('gives %s credentials, and tells when they are wrong', async (auth) => {
    const { url } = await camera({ user: 'viewer', password: 'p w:@/!"%', auth });
    const { bridge, lines } = testBridge({ slotsPerHost: 1 });
    const credentials = { username: 'viewer', password: 'p w:@/!"%' };
    const right = recordIngest(bridge, tcp(url, { credentials }));
    await right.count(5);
    await right.ingest.stop();
    // The same slot: nothing may be left of the credentials before.
    const none = recordIngest(bridge, tcp(url));
    expect(await none.ended).toMatchObject({ kind: 'error', code: '401' });
    const wrong = recordIngest(bridge, tcp(url, { credentials: { username: 'viewer', password: 'sesame' } }));
    const reason = await wrong.ended;
    expect(reason).toMatchObject({ kind: 'error', code: '401' });
    expect(JSON.stringify(reason) + lines.join()).not.toMatch(/sesame|p w:/);
    const again = recordIngest(bridge, tcp(url, { credentials }));
    await again.count(5);
    await again.ingest.stop();
    expect(bridge.stats()).toMatchObject([{ restarts: 0, slotsUsed: 0 }]);
  });

  it('connects again and again through one slot, to one camera and another', async () => {
    const { urls } = await camera({ count: 2 });
    const { bridge } = testBridge({ slotsPerHost: 1 });
    for (let round = 0; round < 10; round++) {
      const { ingest, units, caps, ends, count } = recordIngest(bridge, tcp(urls[round % 2]!));
      await count(round % 3 === 0 ? 1 : 12);
      await ingest.stop();
      expect(ends).toEqual([{ kind: 'stopped' }]);
      expect(caps).toHaveLength(1);
      expect(units[0]?.key).toBe(true);
    }
    expect(bridge.stats()).toMatchObject([{ restarts: 0, slotsUsed: 0 }]);
  });

  it('can be stopped at any moment of a connection', async () => {
    const { url } = await camera();
    const { bridge } = testBridge({ slotsPerHost: 1 });
    for (const ms of [0, 1, 5, 20, 50, 100, 200]) {
      const { ingest, ends } = recordIngest(bridge, tcp(url));
      await new Promise((resolve) => setTimeout(resolve, ms));
      await ingest.stop();
      expect(ends).toEqual([{ kind: 'stopped' }]);
    }
    const last = recordIngest(bridge, tcp(url));
    await last.count(3);
  });

  it('says what is wrong with a camera', async () => {
    const { port } = await camera();
    const { bridge } = testBridge({ slotsPerHost: 8 });
    const reasons = (url: string, more: Partial<IngestSpec> = {}) => recordIngest(bridge, tcp(url, more)).ended;
    expect(await reasons(`rtsp://127.0.0.1:${port}/nothing`)).toMatchObject({ kind: 'error', code: '404' });
    expect(await reasons('rtsp://127.0.0.1:1/')).toMatchObject({ kind: 'error', code: 'network.ECONNREFUSED' });
    expect(await reasons('rtsp://127.0.0.1/ ! filesink location=/tmp/x')).toMatchObject({ code: 'noCamera' });
    expect(await reasons('rtsp://user:secret@127.0.0.1/')).toMatchObject({ code: 'noCamera' });
    expect(bridge.stats()).toMatchObject([{ restarts: 0 }]);
  });

  it('ends when the camera hangs up, and connects again', async () => {
    const source = await camera();
    const { bridge } = testBridge({ slotsPerHost: 1 });
    const first = recordIngest(bridge, tcp(source.url));
    await first.count(10);
    await source.control({ command: 'drop' });
    expect(['eos', 'error']).toContain((await first.ended).kind);
    expect(first.ends).toHaveLength(1);
    const second = recordIngest(bridge, tcp(source.url));
    await second.count(10);
    expect(second.units[0]?.key).toBe(true);
  });

  it('tells of a new picture size with the first unit that has it', async () => {
    const source = await camera({ gop: 1 });
    const { bridge } = testBridge();
    const { caps, units, count } = recordIngest(bridge, tcp(source.url));
    await count(10);
    await source.control({ command: 'resolution', size: '320x180' });
    await until('new caps', () => caps.length > 1);
    const before = units.length;
    await count(before + 10);
    expect(caps.map((each) => each.width)).toEqual([640, 320]);
  });

  it('goes on through garbage from the camera', async () => {
    const source = await camera({ gop: 1 });
    const { bridge } = testBridge();
    const { units, ends, count } = recordIngest(bridge, tcp(source.url));
    await count(10);
    await source.control({ command: 'garbage', share: 0.02 });
    await count(60);
    await source.control({ command: 'resume' });
    await count(units.length + 50);
    expect(ends).toEqual([]);
  });

  it('holds a camera back rather than lose or pile up units while the engine is busy', async () => {
    const { url } = await camera({ bitrate: 4_000_000 });
    const { bridge } = testBridge();
    const { units, ends, count } = recordIngest(bridge, tcp(url));
    await count(5);
    // The engine's thread stands still, as in a very long task.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3000);
    await count(150);
    expect(ends).toEqual([]);
    const gaps = units.slice(1).map((unit, n) => unit.pts! - units[n]!.pts!);
    expect(Math.max(...gaps)).toBeLessThan(41_000);
  });
});

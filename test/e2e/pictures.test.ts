import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Segment } from '../../engine/archive/archive-index.js';
import type { UtcMicros } from '../../engine/core/time.js';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { allToVideo, livePipeline } from '../kit/evr.js';
import { difference } from '../kit/grey-frames.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { jpegSize, rgbOfJpeg } from '../kit/stills.js';
import { until } from '../kit/until.js';

const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
const SAME = 6;

describe('pictures for people', () => {
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;
  let base: string;

  const segments = (): Segment[] =>
    test.engine.archive.segments.between('front', ALWAYS).filter(({ state }) => state === 'finished');
  const picture = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${base}${path}`, { headers });
    return { response, jpeg: Buffer.from(await response.arrayBuffer()) };
  };
  const refusal = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`${base}${path}`);
    const { error } = (await response.json()) as { error: { code: string; details?: { code: string }[] } };
    return [response.status, error.details?.[0]?.code ?? error.code];
  };

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine({ settings: { 'http.address': '127.0.0.1:0', 'videos.previewEvery': 'PT1S' } });
    service = await startService(test.engine);
    [base = ''] = service.urls;
    const topology = allToVideo();
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline('p1', topology.name, { rtspUrl: camera.url, video: 'front' }));
    test.engine.pipelines.set(livePipeline('idle', topology.name, { rtspUrl: camera.url, video: 'other' }));
    await test.engine.pipelines.activate('p1');
    await test.established('p1');
    await until('pictures come', () => test.engine.cameras.get('p1').video !== undefined, 30_000);
  });

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await camera?.stop();
  });

  it('show a camera as it is, at the width that is asked for and never larger', async () => {
    const own = test.engine.cameras.get('p1').video!;
    const { response, jpeg } = await picture('/cameras/p1/snapshot.jpg');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(jpegSize(jpeg)).toEqual({ width: own.width, height: own.height });
    const away = Date.now() - Date.parse(response.headers.get('x-time')!);
    expect(Math.abs(away)).toBeLessThan(60_000);
    const small = await picture('/cameras/p1/snapshot.jpg?width=160');
    expect(jpegSize(small.jpeg).width).toBe(160);
    const wide = await picture('/cameras/p1/snapshot.jpg?width=4000');
    expect(jpegSize(wide.jpeg).width).toBe(own.width);
  });

  it('are made once for all who look, and not sent to those who have them', async () => {
    const stills = vi.spyOn(test.engine.pictures, 'snapshot');
    const all = await Promise.all(Array.from({ length: 20 }, () => picture('/cameras/p1/snapshot.jpg?width=200')));
    expect(stills).toHaveBeenCalledTimes(20);
    // Meanwhile a second may have passed, and with it a keyframe.
    const tags = new Set(all.map(({ response }) => response.headers.get('etag')));
    expect(tags.size).toBeLessThan(10);
    const snapshot = await test.engine.pictures.snapshot('p1', { width: 200 });
    stills.mockResolvedValue(snapshot);
    const { response, jpeg } = await picture('/cameras/p1/snapshot.jpg?width=200', {
      'if-none-match': `"${snapshot.version}"`,
    });
    expect([response.status, jpeg.length]).toEqual([304, 0]);
    stills.mockRestore();
  });

  it('are refused with words where there are none', async () => {
    expect(await refusal('/cameras/nobody/snapshot.jpg')).toEqual([404, 'CameraNotFound']);
    expect(await refusal('/cameras/idle/snapshot.jpg')).toEqual([409, 'CameraInactive']);
    expect((await refusal('/cameras/p1/snapshot.jpg?width=3'))[0]).toBe(400);
    expect(await refusal('/videos/nothing/preview.jpg?time=2026-01-01')).toEqual([404, 'VideoNotFound']);
    expect(await refusal('/videos/front/preview.jpg?time=soon')).toEqual([400, 'TimeInvalid']);
    expect(await refusal('/videos/front/preview.jpg?time=2001-01-01T00:00:00Z')).toEqual([404, 'NoMedia']);
  });

  it('show a video at each of its moments, as ffmpeg decodes it', async () => {
    await until('three seconds', () => {
      const [first] = test.engine.archive.segments.between('front', ALWAYS);
      return first !== undefined && test.engine.clock.utc() - first.startUtc > 4_000_000;
    });
    await test.engine.pipelines.deactivate('p1');
    await until('the segment is over', () => segments().length > 0);
    const [segment] = segments() as [Segment];
    const file = test.engine.archive.media.absolute(segment.path);
    const { width, height } = jpegSize((await test.engine.pictures.preview('front', segment.startUtc)).jpeg);
    const all = execFileSync(
      'ffmpeg',
      [
        ...['-v', 'error', '-skip_frame', 'nokey', '-i', file, '-fps_mode', 'passthrough'],
        ...['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'],
      ],
      { maxBuffer: 1 << 29 },
    );
    const size = width * height * 3;
    const keys = Array.from({ length: all.length / size }, (_, n) => all.subarray(n * size, (n + 1) * size));
    expect(keys.length).toBeGreaterThan(2);
    for (const [n, key] of keys.entries()) {
      // The camera has a keyframe every second.
      const at = new Date((segment.startUtc + n * 1_000_000 + 100_000) / 1000).toISOString();
      const { response, jpeg } = await picture(`/videos/front/preview.jpg?time=${at}`);
      expect(Math.abs(Date.parse(response.headers.get('x-time')!) - Date.parse(at))).toBeLessThan(600);
      expect(difference(rgbOfJpeg(jpeg, width, height), key), String(n)).toBeLessThan(SAME);
    }
    // Nobody had it decoded while it was recorded: small ones are decoded as well.
    for (const [n, key] of keys.entries()) {
      const at = new Date((segment.startUtc + n * 1_000_000 + 100_000) / 1000).toISOString();
      const { response, jpeg } = await picture(`/videos/front/preview.jpg?time=${at}&width=192`);
      expect(jpegSize(jpeg).width).toBe(192);
      expect(Math.abs(Date.parse(response.headers.get('x-time')!) - Date.parse(at))).toBeLessThan(600);
      // Made larger again.
      expect(difference(rgbOfJpeg(jpeg, width, height), key)).toBeLessThan(2 * SAME);
    }
    // Before and behind it, what is nearest.
    const before = await picture(
      `/videos/front/preview.jpg?time=${new Date(segment.startUtc / 1000 - 60_000).toISOString()}`,
    );
    expect(difference(rgbOfJpeg(before.jpeg, width, height), keys[0]!)).toBeLessThan(SAME);
  });
});

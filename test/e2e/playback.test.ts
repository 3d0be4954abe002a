import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline, messageToVideo } from '../kit/evr.js';
import { ringHolds } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';

const run = promisify(execFile);

describe('a video with two recordings', () => {
  let camera: TestCamera;
  let test: TestEngine;
  let service: Service;
  let base: string;

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine({ settings: { 'http.address': '127.0.0.1:0' } });
    service = await startService(test.engine);
    base = `${service.urls[0]}/videos/front%20door`;
    const topology = messageToVideo({ offset: '-PT2S', minimum: 'PT10S', maximum: 'PT10S' });
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(
      livePipeline('door', topology.name, { rtspUrl: camera.url, input: 'door', video: 'front door' }),
    );
    await test.engine.pipelines.activate('door');
    await ringHolds(test.engine, 3, 'door');
    for (const count of [1, 2]) {
      test.engine.deliver('door', {});
      await test.until(() => test.named('RecordingAvailable').length >= count, 40_000);
      if (count === 1) await new Promise((resolve) => setTimeout(resolve, 5000));
    }
  }, 120_000);

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await camera?.stop();
  });

  const json = async (path: string) => {
    const response = await fetch(`${base}/${path}`);
    return {
      status: response.status,
      body: (await response.json()) as { timeRanges: { start: string; end: string }[] },
    };
  };

  it('is exported over HTTP, and an export that was cut off goes on', async () => {
    const clip = `${base}/clip.mp4?starttime=${encodeURIComponent(new Date(Date.now() - 3_600_000).toISOString())}&endtime=${encodeURIComponent(new Date().toISOString())}`;
    const head = await fetch(clip, { method: 'HEAD' });
    const [length, etag] = [Number(head.headers.get('content-length')), head.headers.get('etag')!];
    const { body } = await json('availableMedia');
    expect(head.headers.get('x-start-time')).toBe(body.timeRanges[0]!.start);
    const part = async (range: string) => {
      const response = await fetch(clip, { headers: { range, 'if-range': etag } });
      expect(response.status).toBe(206);
      return Buffer.from(await response.arrayBuffer());
    };
    const whole = Buffer.from(await (await fetch(clip)).arrayBuffer());
    expect(whole).toHaveLength(length);
    const resumed = Buffer.concat([await part('bytes=0-99999'), await part('bytes=100000-')]);
    expect(resumed.equals(whole)).toBe(true);
    const { stdout } = await run('ffprobe', [
      ...['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets'],
      ...['-of', 'csv=p=0', clip],
    ]);
    const pictures = test.engine.archive.segments
      .between('front door', { startUtc: 0 as never, endUtc: Number.MAX_SAFE_INTEGER as never })
      .reduce((sum, segment) => sum + segment.pictures, 0);
    expect(Number.parseInt(stdout, 10)).toBe(pictures);
    const zip = await fetch(`${service.urls[0]}/export.zip?videos=front%20door&${clip.slice(clip.indexOf('?') + 1)}`, {
      headers: { range: 'bytes=-22' },
    });
    expect(Buffer.from(await zip.arrayBuffer()).readUInt32LE(0)).toBe(0x06054b50);
    for (const [path, status] of [
      ['/videos/cellar/clip.mp4?starttime=2026-01-01&endtime=2026-01-01', 404],
      ['/videos/front%20door/clip.mp4', 400],
      ['/videos/front%20door/clip.mp4?starttime=2020-01-01&endtime=2020-01-01', 404],
      ['/videos/front%20door/clip.mp4?starttime=2020&endtime=2021', 400],
      ['/export.zip?videos=front%20door', 400],
      ['/export.zip?starttime=2026-01-01&endtime=2026-01-01', 400],
    ] as const)
      expect([path, (await fetch(`${service.urls[0]}${path}`)).status]).toEqual([path, status]);
  });

  it('says when it has media, in every precision', async () => {
    const { body } = await json('content/availableMedia?precision=full&starttime=2020-01-01&endtime=2090-01-01');
    expect(body.timeRanges).toHaveLength(2);
    const [first, second] = body.timeRanges;
    // How far apart they are is up to the machine, what is told of them is not. An activation ends between two pictures.
    const off = (edge: 'start' | 'end', told: unknown[]) =>
      Math.max(...told.map((utc, i) => Math.abs(Date.parse(body.timeRanges[i]![edge]) - Date.parse(utc as string))));
    const started = test.named('RecordingStarted').map(({ data }) => data.startTime);
    const available = test.named('RecordingAvailable').map(({ data }) => data.endTime);
    expect([started.length, available.length]).toEqual([2, 2]);
    expect(off('start', started)).toBeLessThan(5);
    expect(off('end', available)).toBeLessThan(100);
    expect(Date.parse(second!.start)).toBeGreaterThan(Date.parse(first!.end));
    const day = first!.start.slice(0, 10);
    expect((await json('availableMedia?precision=day')).body.timeRanges).toContainEqual({ start: day, end: day });
    expect((await json('content/availablemedia?precision=month')).body.timeRanges[0]!.start).toBe(day.slice(0, 7));
    expect((await json('content/availableMedia?precision=year')).body.timeRanges[0]!.start).toBe(day.slice(0, 4));
  });

  it.each([
    ['DASH', 'content/manifest(format=mpd-time-cmaf,starttime=2020-01-01,endtime=2090-01-01).mpd'],
    ['HLS', 'content/manifest(format=m3u8-cmaf,starttime=2020-01-01,endtime=2090-01-01).m3u8'],
  ])('plays in ffmpeg as %s', async (_, path) => {
    const { stdout } = await run('ffprobe', [
      ...['-v', 'error', '-count_packets', '-select_streams', 'v'],
      ...['-show_entries', 'stream=nb_read_packets,codec_name', '-of', 'csv=p=0', `${base}/${path}`],
    ]);
    const pictures = test.engine.archive.segments
      .between('front door', { startUtc: 0 as never, endUtc: Number.MAX_SAFE_INTEGER as never })
      .reduce((sum, segment) => sum + segment.pictures, 0);
    expect(stdout.trim().split('\n')[0]).toBe(`h264,${pictures}`);
    const { stderr } = await run('ffmpeg', [
      '-v',
      'error',
      '-i',
      `${base}/${path}`,
      '-fps_mode',
      'vfr',
      '-f',
      'null',
      '-',
    ]);
    expect(stderr).toBe('');
  });
});

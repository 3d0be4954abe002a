import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, startService } from '../../engine/service.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { livePipeline } from '../kit/evr.js';
import { unitsCome } from '../kit/media-waits.js';
import { startCamera, type TestCamera } from '../kit/rtsp-camera.js';
import { type SoundCameras, startSoundCameras } from '../kit/sound/camera.js';
import { sampleTopologies } from '../kit/topologies.js';

const run = promisify(execFile);
const samples = sampleTopologies();

/** AVA's public topologies with a VideoSink, as they are. */
const RECORDED = [
  ['cvr-video-sink', 'sample-cvr-video-sink', ['video']],
  ['cvr-with-motion', 'sample-CVR-with-motion', ['video']],
  ['audio-video', 'sample-audio-video', ['video', 'audio']],
] as const;
const GATED = ['evr-motion-video-sink', 'sample-motion-video'] as const;

interface Ranges {
  timeRanges: { start: string; end: string }[];
}

describe.skipIf(samples.size === 0)("AVA's topologies with a VideoSink (skipped where they are not at hand)", () => {
  let camera: TestCamera;
  let withSound: SoundCameras;
  let test: TestEngine;
  let service: Service;
  let base: string;

  beforeAll(async () => {
    camera = await startCamera({ scenes: ['motion'], gop: 1 });
    withSound = await startSoundCameras();
    test = await openTestEngine({ settings: { 'http.address': '127.0.0.1:0' } });
    service = await startService(test.engine);
    base = service.urls[0]!;
  });

  afterAll(async () => {
    await service?.close();
    await test?.remove();
    await camera?.stop();
    await withSound?.stop();
  });

  const activate = async (folder: string, rtspUrl = camera.url): Promise<void> => {
    const topology = JSON.parse(samples.get(`${folder}/topology.json`)!) as { name: string };
    test.engine.topologies.set(topology);
    test.engine.pipelines.set(livePipeline(folder, topology.name, { rtspUrl }));
    await test.engine.pipelines.activate(folder);
  };

  const rangesOf = async (video: string): Promise<{ start: number; end: number }[]> => {
    const { timeRanges } = (await (await fetch(`${base}/videos/${video}/availableMedia`)).json()) as Ranges;
    return timeRanges.map(({ start, end }) => ({ start: Date.parse(start), end: Date.parse(end) }));
  };

  /** Kinds of media in a video, and how many pictures, as ffprobe finds them in its DASH. */
  const probed = async (video: string): Promise<{ kinds: string[]; pictures: number }> => {
    const manifest = 'manifest(format=mpd-time-cmaf,starttime=2020-01-01,endtime=2090-01-01).mpd';
    const { stdout } = await run('ffprobe', [
      ...['-v', 'error', '-count_packets', '-show_entries', 'stream=codec_type,nb_read_packets', '-of', 'json'],
      `${base}/videos/${video}/content/${manifest}`,
    ]);
    const { streams } = JSON.parse(stdout) as { streams: { codec_type: string; nb_read_packets: string }[] };
    return {
      kinds: streams.map(({ codec_type }) => codec_type),
      pictures: Number(streams.find(({ codec_type }) => codec_type === 'video')?.nb_read_packets),
    };
  };

  it.each(RECORDED)('%s records all the time', async (folder, video) => {
    const from = Date.now();
    await activate(folder);
    await test.established(folder);
    await unitsCome(test.engine, 200, folder);
    await test.engine.pipelines.deactivate(folder);
    const [range, ...others] = await rangesOf(video);
    expect(others).toEqual([]);
    // What the ring had before belongs to it, and the camera's own clock may be off by a little.
    expect(range!.start).toBeGreaterThan(from - 5000);
    expect(range!.end).toBeLessThan(Date.now() + 1000);
    const { pictures } = await probed(video);
    expect(pictures).toBeGreaterThanOrEqual(150);
    expect((range!.end - range!.start) / 40).toBeCloseTo(pictures, -1);
    const { name, properties } = (await (await fetch(`${base}/videos/${video}`)).json()) as {
      name: string;
      properties: Record<string, unknown>;
    };
    expect(name).toBe(video);
    expect(properties).toMatchObject({ type: 'Archive', title: video, mediaInfo: { segmentLength: 'PT30S' } });
  });

  it(`${GATED[0]} makes one video of what moves, with a range for each opening`, async () => {
    const [folder, video] = GATED;
    await activate(folder);
    // It records half a minute each time, and what moves in between belongs to that.
    await test.until(() => test.told(folder, 'RecordingAvailable').length >= 1, 120_000);
    await test.engine.pipelines.deactivate(folder);
    const before = await rangesOf(video);
    expect(before).toHaveLength(1);
    expect(before[0]!.end - before[0]!.start).toBeGreaterThan(28_000);
    await test.engine.pipelines.activate(folder);
    await test.until(() => test.told(folder, 'RecordingStarted').length >= 2, 60_000);
    await test.engine.pipelines.deactivate(folder);
    const ranges = await rangesOf(video);
    expect(ranges).toHaveLength(2);
    expect(ranges[0]).toEqual(before[0]);
    expect(ranges[1]!.start).toBeGreaterThan(ranges[0]!.end + 500);
    const { pictures } = await probed(video);
    const seconds = ranges.reduce((sum, { start, end }) => sum + (end - start) / 1000, 0);
    expect(pictures / 25).toBeGreaterThan(seconds - 1);
    const told = test.told(folder, 'RecordingAvailable').map(({ data }) => data);
    for (const data of told) expect(data).toMatchObject({ outputType: 'video', outputLocation: video });
  }, 240_000);
});

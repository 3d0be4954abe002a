import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Segment } from '../../engine/archive/archive-index.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../../engine/core/time.js';
import { openTestEngine, type TestEngine } from '../kit/engine.js';
import { allToVideo, livePipeline, messageToVideo } from '../kit/evr.js';
import { ringHolds } from '../kit/media-waits.js';
import { testCameras } from '../kit/rtsp-camera.js';

const cameras = testCameras();
let test: TestEngine | undefined;

afterEach(async () => {
  await test?.remove();
  test = undefined;
  await cameras.stopCameras();
});

const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

const segmentsOf = (video: string): Segment[] => test!.engine.archive.segments.between(video, ALWAYS);

const fileOf = ({ path }: Segment): string => test!.engine.archive.media.absolute(path);

/** Pictures of a file as ffprobe counts them, and what ffmpeg says when it decodes them. */
const judged = (file: string): { pictures: number; complaints: string } => {
  const counted = execFileSync('ffprobe', [
    ...['-v', 'error', '-count_packets', '-select_streams', 'v', '-show_entries', 'stream=nb_read_packets'],
    ...['-of', 'csv=p=0', file],
  ]);
  const said = execFileSync('sh', ['-c', 'ffmpeg -v error -i "$0" -fps_mode vfr -f null - 2>&1', file]);
  return { pictures: Number.parseInt(String(counted), 10), complaints: String(said) };
};

const activated = async (name: string, topology: { name: string }, parameters: Record<string, string>) => {
  test!.engine.topologies.set(topology);
  test!.engine.pipelines.set(livePipeline(name, topology.name, parameters));
  await test!.engine.pipelines.activate(name);
};

describe('a VideoSink', () => {
  it('records all that a camera sends, over restarts of the engine, into one video', async () => {
    const camera = await cameras.camera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine();
    const { dataDir } = test;
    await activated('all', allToVideo(), { rtspUrl: camera.url, video: 'front door' });
    await test.until((events) => events.some(({ eventType }) => eventType.endsWith('.RecordingStarted')));
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await test.close();
    test = await openTestEngine({ dataDir });
    await test.established('all');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    await test.engine.pipelines.deactivate('all');
    await test.settled();

    const segments = segmentsOf('front door');
    expect(segments.map(({ state }) => state)).toEqual(segments.map(() => 'finished'));
    expect(segments.length).toBeGreaterThanOrEqual(2);
    expect(new Set(segments.map(({ format }) => format)).size).toBe(1);
    for (const segment of segments) {
      const { pictures, complaints } = judged(fileOf(segment));
      expect(complaints).toBe('');
      expect(segment.pictures).toBe(pictures);
      expect(segment.endUtc! - segment.startUtc).toBeGreaterThan(2.5 * MICROS_PER_SECOND);
      expect(segment.keyed).toBe(true);
    }
    const told = [...test.events].filter(({ eventType }) => /\.Recording/.test(eventType));
    expect(told.map(({ eventType }) => eventType.split('.').at(-1))).toEqual([
      ...['RecordingStarted', 'RecordingStopped', 'RecordingAvailable'],
    ]);
    expect(told[0]!.data).toMatchObject({ outputType: 'video', outputLocation: 'front door' });
    const { name } = JSON.parse(readFileSync(join(dataDir, 'videos', 'front%20door', 'video.json'), 'utf8'));
    expect(name).toBe('front door');
  });

  it('appends what each opening of a gate lets through, with its pre-roll', async () => {
    const camera = await cameras.camera({ scenes: ['quiet'], gop: 1 });
    test = await openTestEngine();
    const topology = messageToVideo({ offset: '-PT3S', minimum: 'PT10S', maximum: 'PT10S' });
    await activated('door', topology, { rtspUrl: camera.url, input: 'door', video: 'door' });
    await ringHolds(test.engine, 4, 'door');
    test.engine.deliver('door', {});
    const ended = (count: number) => () => test!.named('RecordingAvailable').length >= count;
    await test.until(ended(1), 40_000);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // Its pre-roll reaches into what is there already.
    test.engine.deliver('door', {});
    await test.until(ended(2), 40_000);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    test.engine.deliver('door', {});
    await test.until(ended(3), 40_000);

    const [first, second, third] = test.named('RecordingAvailable').map(({ data }) => data);
    for (const data of [first, second, third])
      expect(data).toMatchObject({ outputType: 'video', outputLocation: 'door' });
    const segments = segmentsOf('door');
    expect(segments.map(({ continues }) => continues)).toEqual([false, true, false]);
    // What continues begins with the very next picture, of whatever kind that is.
    expect([segments[0]!.keyed, segments[2]!.keyed]).toEqual([true, true]);
    // No picture is missing at the seam, and none is there twice.
    expect(segments[1]!.startUtc - segments[0]!.endUtc!).toBeLessThan(0.04 * MICROS_PER_SECOND);
    expect(segments[1]!.startUtc - segments[0]!.endUtc!).toBeGreaterThanOrEqual(-11_000);
    expect(segments[2]!.startUtc - segments[1]!.endUtc!).toBeGreaterThan(MICROS_PER_SECOND);
    for (const segment of segments) expect(existsSync(fileOf(segment))).toBe(true);
    expect(test.named('DataDropped')).toEqual([]);
  }, 150_000);

  it('refuses a second sink for a video that is being written', async () => {
    const camera = await cameras.camera({ scenes: ['quiet'] });
    test = await openTestEngine();
    await activated('one', allToVideo(), { rtspUrl: camera.url, video: 'same' });
    test.engine.pipelines.set(livePipeline('two', 'AllToVideo', { rtspUrl: camera.url, video: 'same' }));
    await expect(test.engine.pipelines.activate('two')).rejects.toThrow(/'same' is being written by one\/videoSink/);
    await test.engine.pipelines.deactivate('one');
    await test.engine.pipelines.activate('two');
  });
});

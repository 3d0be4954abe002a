import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isNamed, of, openTestEngine } from '../kit/engine.js';
import { livePipeline, motionToFiles } from '../kit/evr.js';
import { judgeClip } from '../kit/judge-clip.js';
import { ringHolds, unitsCome } from '../kit/media-waits.js';
import { startMjpegCamera } from '../kit/mjpeg-camera.js';

const run = promisify(execFile);
const PRE_ROLL_SECONDS = 2;
const FRAME_MS = 40;

interface Stream {
  codec_name: string;
  width: number;
  height: number;
  pix_fmt: string;
}

const streamsIn = async (path: string): Promise<Stream[]> => {
  const entries = 'stream=codec_name,width,height,pix_fmt';
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', path]);
  return (JSON.parse(stdout) as { streams: Stream[] }).streams;
};

const keyframesIn = async (path: string): Promise<number> => {
  const { stdout } = await run('ffprobe', [
    ...['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=flags', '-of', 'csv=p=0', path],
  ]);
  return stdout.split('\n').filter((line) => line.startsWith('K')).length;
};

describe.each([
  ['jpeg', 'gstreamer', 'mjpeg'],
  ['h264', 'gstreamer', 'h264'],
  ['jpeg', 'direct', 'mjpeg'],
] as const)('a camera that sends MJPEG, with media.mjpeg = %s and ingest = %s,', (mjpeg, ingest, codec) => {
  it('is judged and recorded from the picture on that was asked for', async () => {
    const camera = await startMjpegCamera();
    const test = await openTestEngine({ settings: { 'media.mjpeg': mjpeg, ingest } });
    onTestFinished(() => test.remove());
    const topology = motionToFiles({ offset: `-PT${PRE_ROLL_SECONDS}S`, minimum: 'PT10S', maximum: 'PT10S' });
    test.engine.topologies.set(topology);
    for (const [name, rtspUrl] of Object.entries(camera))
      test.engine.pipelines.set(livePipeline(name, topology.name, { rtspUrl }));
    await test.engine.pipelines.activate('still');
    await test.engine.pipelines.activate('moving');
    await test.until((events) => events.some((event) => isNamed(event, 'RecordingAvailable')), 90_000);
    await ringHolds(test.engine, 1, 'still');
    await unitsCome(test.engine, 25, 'still');

    expect(test.events.filter(of('still')).filter((event) => isNamed(event, 'Inference'))).toEqual([]);
    const [motion] = test.told('moving', 'Inference');
    expect(motion?.data).toMatchObject({ inferences: [{ type: 'motion' }] });
    const [available] = test.told('moving', 'RecordingAvailable');
    expect(available?.correlationId).toBe(motion?.id);

    const path = String(available?.data['outputLocation']);
    const clip = await judgeClip(path);
    expect([clip.complaints, clip.firstIsKeyframe]).toEqual(['', true]);
    expect(await streamsIn(path)).toMatchObject([{ codec_name: codec, width: 320, height: 240 }]);
    expect(clip.frames).toBe(available?.data['frames']);
    if (codec === 'mjpeg') expect(await keyframesIn(path)).toBe(clip.frames);
    // Motion is seen with the first pictures, so how much there is before it is what the camera has sent by then.
    expect(clip.durationSeconds).toBeGreaterThan(9.5);
    const gaps = clip.times.slice(1).map((time, index) => (time - clip.times[index]!) * 1000);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length).toBeLessThan(2 * FRAME_MS);
  }, 180_000);
});

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { MjpegClips, Mux, MuxUnit } from '../../bridge/types.js';
import { testBridge } from '../kit/bridge.js';
import { FRAME_MICROS } from '../kit/encoded-clip.js';
import { judgeClip } from '../kit/judge-clip.js';
import { secondsOnDisk } from '../kit/media-waits.js';
import { tempDir } from '../kit/temp-dir.js';

const VIDEO = parseCaps('image/jpeg, width=(int)320, height=(int)240, framerate=(fraction)0/1');
const SOUND = parseCaps('audio/x-alaw, rate=(int)8000, channels=(int)1');

/** Pictures of a moving pattern, all different. */
const jpegs = (count: number): Buffer[] => {
  const folder = tempDir();
  const source = `testsrc2=size=320x240:rate=25`;
  const files = join(folder, '%04d.jpg');
  const made = ['-frames:v', String(count), '-pix_fmt', 'yuvj420p', '-q:v', '4', files];
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, ...made]);
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)));
};

const pictureAt = (payload: Buffer, n: number): MuxUnit => ({
  ...{ track: 'video', pts: n * FRAME_MICROS, duration: FRAME_MICROS, key: true, payload },
});

const write = (mux: Mux, pictures: readonly Buffer[]): void => {
  for (const [n, payload] of pictures.entries()) mux.write(pictureAt(payload, n));
};

const codecsIn = (path: string): string[] =>
  execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', path])
    .toString()
    .trim()
    .split('\n');

/** The pictures in a file, byte for byte. */
const picturesIn = (path: string): Buffer =>
  execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-map', '0:v', '-c', 'copy', '-f', 'image2pipe', '-'], {
    maxBuffer: 64 * 1024 * 1024,
  });

describe('clips of MJPEG', () => {
  it.each<[MjpegClips | undefined, string]>([
    [undefined, 'mjpeg'],
    ['jpeg', 'mjpeg'],
    ['h264', 'h264'],
  ])('with %s hold %s, every picture in its place, and sound', async (mjpegClips, codec) => {
    const { bridge } = testBridge(mjpegClips === undefined ? {} : { mjpegClips });
    const pictures = jpegs(60);
    const path = join(tempDir(), 'clip.mp4');
    const mux = bridge.mux({ tracks: [VIDEO, SOUND], path });
    for (let n = 0; n < 120; n++) {
      const payload = Buffer.alloc(160, 0xd5);
      mux.write({ track: 'audio', pts: n * 20_000, duration: 20_000, key: true, payload });
      if (n % 2 === 0) mux.write(pictureAt(pictures[n / 2]!, n / 2));
    }
    expect(await mux.finish()).toMatchObject({ ok: true });
    const facts = await judgeClip(path);
    expect(facts).toMatchObject({ frames: 60, firstIsKeyframe: true, complaints: '' });
    for (const [n, time] of facts.times.entries()) expect(time).toBeCloseTo(n * 0.04, 3);
    expect(facts.boxes).not.toContain('moof');
    expect(codecsIn(path)).toEqual([codec, 'aac']);
    if (codec === 'mjpeg') expect(picturesIn(path).equals(Buffer.concat(pictures))).toBe(true);
  });

  it.each<MjpegClips>(['jpeg', 'h264'])(
    'with %s play up to what was written when their host is killed',
    async (mjpegClips) => {
      const { bridge } = testBridge({ mjpegClips });
      const path = join(tempDir(), 'clip.mp4');
      const mux = bridge.mux({ tracks: [VIDEO], path });
      write(mux, jpegs(150));
      await secondsOnDisk(path, 4);
      process.kill(bridge.stats()[0]!.pid!, 'SIGKILL');
      expect(await mux.failed).toMatchObject({ kind: 'hostLost' });
      const facts = await judgeClip(path);
      expect(facts.complaints).toBe('');
      expect(facts.frames).toBeGreaterThanOrEqual(100);
    },
  );
});

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { MjpegClips } from '../../engine/mux/muxes.js';
import type { Mux, MuxUnit } from '../../engine/mux/types.js';
import { repairMp4 } from '../../engine/recording/mp4-repair.js';
import { testBridge } from '../kit/bridge.js';
import { FRAME_MICROS } from '../kit/encoded-clip.js';
import { encodeAac } from '../kit/encoded-sound.js';
import { judgeClip } from '../kit/judge-clip.js';
import { secondsOnDisk } from '../kit/media-waits.js';
import { muxesOn } from '../kit/muxes-on.js';
import { tempDir } from '../kit/temp-dir.js';

const VIDEO = parseCaps('image/jpeg, width=(int)320, height=(int)240, framerate=(fraction)0/1');

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

describe('files of MJPEG', () => {
  it.each<[MjpegClips, 'clip' | 'segment', string]>([
    ['jpeg', 'clip', 'mjpeg'],
    ['h264', 'clip', 'h264'],
    ['jpeg', 'segment', 'h264'],
  ])('with %s, a %s holds %s, every picture in its place, and sound', async (mjpegClips, form, codec) => {
    const { bridge } = testBridge();
    const pictures = jpegs(60);
    const sound = encodeAac(2.4);
    const path = join(tempDir(), 'clip.mp4');
    const mux = muxesOn(bridge, mjpegClips).mux({
      ...{ tracks: [VIDEO, sound.caps], path, taken: 0 },
      ...(form === 'segment' ? { segment: true } : {}),
    });
    write(mux, pictures);
    for (const unit of sound.units) mux.write(unit);
    expect(await mux.finish()).toMatchObject({ ok: true });
    const facts = await judgeClip(path);
    expect(facts).toMatchObject({ frames: 60, firstIsKeyframe: true, complaints: '' });
    for (const [n, time] of facts.times.entries()) expect(time - facts.times[0]!).toBeCloseTo(n * 0.04, 3);
    expect(facts.boxes.includes('moof')).toBe(form === 'segment');
    expect(codecsIn(path)).toEqual([codec, 'aac']);
    if (codec === 'mjpeg') expect(picturesIn(path).equals(Buffer.concat(pictures))).toBe(true);
  });

  it('play up to what was encoded when the encoder is killed', async () => {
    const { bridge } = testBridge();
    const path = join(tempDir(), 'clip.mp4');
    const mux = muxesOn(bridge, 'h264').mux({ tracks: [VIDEO], path, taken: 0 });
    write(mux, jpegs(150));
    await secondsOnDisk(path, 4);
    process.kill(bridge.stats()[0]!.pid!, 'SIGKILL');
    expect(await mux.failed).toMatchObject({ kind: 'hostLost' });
    expect(await mux.finish()).toMatchObject({ ok: false, reason: { kind: 'hostLost' } });
    repairMp4(path);
    const facts = await judgeClip(path);
    expect(facts.complaints).toBe('');
    expect(facts.frames).toBeGreaterThanOrEqual(100);
  });

  it('fail where no picture could be decoded, and leave nothing that is taken for one', async () => {
    const { bridge } = testBridge();
    const path = join(tempDir(), 'clip.mp4');
    const mux = muxesOn(bridge, 'h264').mux({ tracks: [VIDEO], path, taken: 0 });
    write(
      mux,
      Array.from({ length: 20 }, () => Buffer.alloc(2000, 0x55)),
    );
    expect(await mux.finish()).toMatchObject({ ok: false });
  });
});

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxes, withFile } from '../../bridge/mp4-boxes.js';
import { layoutOf } from '../../engine/recording/mp4-layout.js';
import { repairMp4 } from '../../engine/recording/mp4-repair.js';
import { bytesOf } from '../kit/mp4.js';

const has = (tool: string) => spawnSync(tool, ['--version']).status !== null;
const ready = has('gst-launch-1.0') && has('ffmpeg') && has('ffprobe');
if (!ready) console.warn('skipped: GStreamer and ffmpeg are needed to make and to judge clips');

const FRAMES = 130;
/** The very last frame of a clip is listed by the final moov alone. */
const FRAGMENTED = FRAMES - 1;
const dir = mkdtempSync(join(tmpdir(), 'sluice-repair-'));
const clip = join(dir, 'finalised.mp4');

/** Frames that ffmpeg decodes, and whether it had anything to complain about. */
const decode = (path: string) => {
  const { stderr } = spawnSync('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-'], { encoding: 'utf8' });
  const args = ['-v', 'error', '-count_frames', '-show_entries', 'stream=nb_read_frames', '-of', 'csv=p=0', path];
  const frames = Number.parseInt(spawnSync('ffprobe', args, { encoding: 'utf8' }).stdout, 10);
  return { frames, complaints: stderr };
};

const copyTo = (name: string, change: (path: string) => void): string => {
  const path = join(dir, name);
  copyFileSync(clip, path);
  change(path);
  return path;
};

const boxesOf = (path: string) => withFile(path, (source) => [...boxes(source)]);

describe.skipIf(!ready)('a clip that GStreamer left behind', () => {
  beforeAll(() => {
    const source = `videotestsrc num-buffers=${FRAMES} pattern=ball ! video/x-raw,width=160,height=120,framerate=25/1`;
    const encode = 'x264enc key-int-max=25 tune=zerolatency ! h264parse ! video/x-h264,stream-format=avc,alignment=au';
    const mux = 'mp4mux fragment-duration=1000 fragment-mode=first-moov-then-finalise';
    const launch = `${source} ! ${encode} ! ${mux} ! filesink location=${clip}`;
    execFileSync('gst-launch-1.0', ['-q', ...launch.split(' ')], { env: { ...process.env, GST_REGISTRY_FORK: 'no' } });
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('whole, is left as it is', () => {
    const before = readFileSync(clip);
    const layout = { samples: FRAMES, seconds: FRAMES / 25 };
    expect(repairMp4(clip)).toMatchObject({ outcome: 'whole', cut: 0, bytes: before.byteLength, layout });
    expect(readFileSync(clip).equals(before)).toBe(true);
  });

  it('without its final moov, or with a part of it, plays again', () => {
    const [, , , moov] = boxesOf(clip);
    expect(moov?.type).toBe('moov');
    for (const keep of [0, 100]) {
      const path = copyTo(`final-${keep}.mp4`, (it) => truncateSync(it, moov!.start + keep));
      expect(decode(path).frames).toBeNaN();
      expect(repairMp4(path)).toMatchObject({ outcome: 'repaired' });
      expect(decode(path)).toEqual({ frames: FRAGMENTED, complaints: '' });
      expect(repairMp4(path)).toMatchObject({ outcome: 'repaired', cut: 0 });
    }
  });

  it('cut anywhere, plays all that was completed, without complaint', () => {
    const [, , , moov] = boxesOf(clip);
    // As it was just before it was finalised; see the test above.
    const growing = copyTo('growing.mp4', (it) => truncateSync(it, moov!.start));
    repairMp4(growing);
    const whole = readFileSync(growing);
    const firstMoov = boxesOf(growing).find(({ type }) => type === 'moov')!;
    let best = 0;
    for (let i = 0; i <= 10; i++) {
      const size = firstMoov.end + Math.floor(((whole.byteLength - firstMoov.end) * i) / 10);
      const path = join(dir, 'cut.mp4');
      writeFileSync(path, whole.subarray(0, size));
      const repair = repairMp4(path);
      expect(repair.outcome).toBe('repaired');
      expect(repair.bytes).toBe(statSync(path).size);
      const { frames, complaints } = decode(path);
      expect(complaints).toBe('');
      // One second is a fragment; what came after the last whole one is lost.
      expect(frames % 25 === 0 || frames === FRAGMENTED).toBe(true);
      expect(frames).toBe(Math.min(FRAGMENTED, 25 + 25 * repair.layout.fragments));
      expect(repair.layout.seconds).toBeCloseTo(frames / 25, 3);
      expect(frames).toBeGreaterThanOrEqual(best);
      best = frames;
    }
    expect(best).toBe(FRAGMENTED);
  });

  it('killed in its first second, is said to be unplayable and not touched', () => {
    const path = copyTo('first.mp4', (it) => truncateSync(it, 3000));
    const before = readFileSync(path);
    expect(repairMp4(path)).toMatchObject({ outcome: 'unplayable', cut: 0, bytes: 3000 });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('in the usual order of fragments, keeps those whose samples are all there', () => {
    const path = join(dir, 'usual.mp4');
    const flags = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', clip, '-c', 'copy', ...flags, path]);
    const whole = readFileSync(path);
    const moofs = [...boxes(bytesOf(whole))].filter(({ type }) => type === 'moof');
    expect(moofs.length).toBeGreaterThan(3);
    for (const [i, moof] of moofs.entries()) {
      for (const extra of [0, 400]) {
        const cut = join(dir, 'usual-cut.mp4');
        writeFileSync(cut, whole.subarray(0, moof.start + extra));
        const repair = repairMp4(cut);
        expect(repair.outcome).toBe(i === 0 ? 'unplayable' : 'repaired');
        if (i === 0) continue;
        expect(statSync(cut).size).toBe(moof.start);
        expect(decode(cut)).toEqual({ frames: i * 25, complaints: '' });
        expect(repair.layout.seconds).toBeCloseTo(i, 3);
      }
    }
  });

  it('whatever the bytes, the reader neither fails nor runs away', () => {
    const whole = readFileSync(clip);
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let i = 0; i < 400; i++) {
      const bytes = Buffer.from(whole.subarray(0, Math.floor(random() * whole.byteLength)));
      for (let n = 0; n < 20 && bytes.byteLength > 0; n++) {
        bytes[Math.floor(random() ** 4 * bytes.byteLength)] = Math.floor(random() * 256);
      }
      const layout = layoutOf(bytesOf(bytes));
      expect(layout.playableEnd).toBeLessThanOrEqual(bytes.byteLength);
    }
  });
});

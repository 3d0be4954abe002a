import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { boxes } from '../../engine/mp4/boxes.js';
import { layoutOf } from '../../engine/recording/mp4-layout.js';
import { repairMp4 } from '../../engine/recording/mp4-repair.js';
import { bytesOf } from '../kit/mp4.js';

const has = (tool: string) => spawnSync(tool, ['--version']).status !== null;
const ready = has('ffmpeg') && has('ffprobe');
if (!ready) console.warn('skipped: ffmpeg is needed to make and to judge clips');

const FRAMES = 130;
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

describe.skipIf(!ready)('a clip of another program', () => {
  beforeAll(() => {
    const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25', '-frames:v', String(FRAMES)];
    const encode = ['-c:v', 'libx264', '-g', '25', '-keyint_min', '25', '-sc_threshold', '0', '-bf', '0'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...source, ...encode, clip]);
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  it('whole, is left as it is', () => {
    const before = readFileSync(clip);
    const layout = { samples: FRAMES, seconds: FRAMES / 25 };
    expect(repairMp4(clip)).toMatchObject({ outcome: 'whole', cut: 0, bytes: before.byteLength, layout });
    expect(readFileSync(clip).equals(before)).toBe(true);
  });

  it('without the table at its end, is said to be unplayable and not touched', () => {
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

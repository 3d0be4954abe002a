import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { EncodedUnit } from '../../bridge/types.js';
import type { Mux, MuxResult, MuxSpec } from '../../engine/mux/types.js';
import { testBridge } from '../kit/bridge.js';
import { type ClipOptions, type EncodedClip, encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { judgeClip } from '../kit/judge-clip.js';
import { muxesOn } from '../kit/muxes-on.js';
import { tempDir } from '../kit/temp-dir.js';

type Begin = (spec: Pick<MuxSpec, 'tracks' | 'path'>) => Mux;

/** As an engine writes files; nothing here needs a host. */
const files = (): Begin => {
  const { bridge } = testBridge();
  const muxes = muxesOn(bridge);
  return (spec) => muxes.mux({ ...spec, taken: 0 });
};

const writeClip = async (begin: Begin, clip: EncodedClip, path: string, units = clip.units): Promise<MuxResult> => {
  const mux = begin({ tracks: [clip.caps], path });
  for (const unit of units) mux.write(unit);
  return await mux.finish();
};

/** A loop of the clip, `seconds` long. */
const repeat = (clip: EncodedClip, seconds: number): EncodedUnit[] => {
  const length = clip.units.length * FRAME_MICROS;
  const rounds = Math.ceil((seconds * 1_000_000) / length);
  return Array.from({ length: rounds }, (_, round) =>
    clip.units.map((unit) => ({ ...unit, pts: unit.pts! + round * length })),
  ).flat();
};

const streams: [string, ClipOptions][] = [
  ['H.264', { bframes: 0 }],
  ['H.264 with B-frames', { bframes: 2, x264: 'b-adapt=0' }],
  ['H.264 with a pyramid of B-frames', { bframes: 3, x264: 'b-adapt=0:b-pyramid=normal' }],
  ['H.264 that claims a picture every 51 seconds', { x264: 'force-cfr=1:fps=1/51' }],
  ['H.265', { codec: 'h265' }],
];

describe('clips', () => {
  it.each(streams)(
    'makes a plain MP4 of %s that plays from 0 with every frame in its place',
    async (_name, options) => {
      const begin = files();
      const clip = encodeClip({ frames: 75, picture: 'test', ...options });
      const path = join(tempDir(), 'clip.mp4');
      expect(await writeClip(begin, clip, path)).toEqual({ ok: true, bytes: statSync(path).size });
      expect(statSync(path).mode & 0o007, 'what other accounts may do').toBe(0);
      const facts = await judgeClip(path);
      expect(facts.boxes).toContain('moov');
      expect(facts.boxes).not.toContain('moof');
      expect(facts).toMatchObject({ frames: 75, firstIsKeyframe: true, complaints: '' });
      expect(facts.durationSeconds).toBeCloseTo(3, 2);
      for (const [n, time] of facts.times.entries()) expect(time).toBeCloseTo(n * 0.04, 3);
    },
  );

  it('keeps uneven times as they are', async () => {
    const begin = files();
    const clip = encodeClip({ frames: 20, picture: 'test' });
    let at = 0;
    const units = clip.units.map((unit, n) => {
      const pts = at;
      at += [40_000, 7_000, 333_000, 66_667][n % 4]!;
      return { ...unit, pts, duration: null };
    });
    const path = join(tempDir(), 'clip.mp4');
    expect((await writeClip(begin, clip, path, units)).ok).toBe(true);
    const facts = await judgeClip(path);
    expect(facts.complaints).toBe('');
    for (const [n, time] of facts.times.entries()) expect(time).toBeCloseTo(units[n]!.pts / 1_000_000, 3);
  });

  it('are written side by side', async () => {
    const begin = files();
    const clip = encodeClip({ frames: 50, bframes: 2, picture: 'test' });
    const paths = Array.from({ length: 20 }, (_, n) => join(tempDir(), `${n}.mp4`));
    const results = await Promise.all(paths.map((path) => writeClip(begin, clip, path)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(new Set(paths.map((path) => statSync(path).size)).size).toBe(1);
    expect(await judgeClip(paths.at(-1)!)).toMatchObject({ frames: 50, complaints: '' });
  });

  it('never overwrites', async () => {
    const begin = files();
    const clip = encodeClip({ frames: 25 });
    const path = join(tempDir(), 'clip.mp4');
    writeFileSync(path, 'precious');
    const mux = begin({ tracks: [clip.caps], path });
    expect(await mux.failed).toMatchObject({ kind: 'error', code: 'file.EEXIST' });
    mux.write(clip.units[0]!);
    expect(await mux.finish()).toMatchObject({ ok: false, reason: { code: 'file.EEXIST' } });
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('says that a folder is missing or no folder', async () => {
    const begin = files();
    const clip = encodeClip({ frames: 25 });
    const dir = tempDir();
    expect(await writeClip(begin, clip, join(dir, 'none', 'clip.mp4'))).toMatchObject({
      reason: { code: 'file.ENOENT' },
    });
    writeFileSync(join(dir, 'file'), '');
    expect(await writeClip(begin, clip, join(dir, 'file', 'clip.mp4'))).toMatchObject({
      reason: { code: 'file.ENOTDIR' },
    });
  });

  it.skipIf(process.getuid?.() === 0)('says that a folder is read-only', async () => {
    const begin = files();
    const dir = join(tempDir(), 'locked');
    mkdirSync(dir);
    chmodSync(dir, 0o500);
    const result = await writeClip(begin, encodeClip({ frames: 25 }), join(dir, 'clip.mp4'));
    expect(result).toMatchObject({ reason: { code: 'file.EACCES' } });
  });

  it('says that the disk is full, keeps what plays, and writes the next clip where there is room', async (context) => {
    const dir = tempDir();
    const small = join(dir, 'small');
    mkdirSync(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'none', small], { stdio: 'ignore' });
    } catch {
      context.skip('a file system of its own cannot be mounted here');
    }
    try {
      const begin = files();
      const clip = encodeClip({ frames: 50, width: 640, height: 360, picture: 'test', x264: 'qp=20' });
      const mux = begin({ tracks: [clip.caps], path: join(small, 'clip.mp4') });
      for (const unit of repeat(clip, 60)) mux.write(unit);
      expect(await mux.failed).toMatchObject({ kind: 'error', code: 'file.ENOSPC' });
      mux.write(clip.units[0]!);
      expect(await mux.finish()).toMatchObject({ ok: false, reason: { code: 'file.ENOSPC' } });
      expect((await judgeClip(join(small, 'clip.mp4'))).frames).toBeGreaterThan(50);
      expect((await writeClip(begin, clip, join(dir, 'next.mp4'))).ok).toBe(true);
    } finally {
      execFileSync('umount', ['-l', small]);
    }
  });

  it('refuses what it cannot store', async () => {
    const begin = files();
    const video = parseCaps('video/x-h264, stream-format=(string)byte-stream, alignment=(string)au');
    const audio = parseCaps('audio/mpeg');
    for (const tracks of [
      [audio],
      [video, audio, audio],
      [video, video],
      [parseCaps('video/x-vp9')],
      [video, parseCaps('audio/x-alaw')],
      [],
    ]) {
      const mux = begin({ tracks, path: join(tempDir(), 'x.mp4') });
      expect(await mux.failed).toMatchObject({ code: 'unsupportedCaps' });
      expect(await mux.finish()).toMatchObject({ ok: false, reason: { code: 'unsupportedCaps' } });
    }
  });

  it('leaves out units of a track that the clip does not have', async () => {
    const begin = files();
    const clip = encodeClip({ frames: 25, picture: 'test' });
    const path = join(tempDir(), 'clip.mp4');
    const sound = clip.units.map((unit) => ({ ...unit, track: 'audio' as const, payload: Buffer.alloc(50, 0x55) }));
    const units = clip.units.flatMap((unit, n) => [unit, sound[n]!]);
    expect((await writeClip(begin, clip, path, units)).ok).toBe(true);
    expect(await judgeClip(path)).toMatchObject({ frames: 25, complaints: '' });
  });

  it('reports what makes no clip', async () => {
    const begin = files();
    const clip = encodeClip({ frames: 25 });
    const dir = tempDir();
    const noise = clip.units.map((unit) => ({ ...unit, payload: Buffer.alloc(100, 0x55) }));
    expect((await writeClip(begin, clip, join(dir, 'noise.mp4'), noise)).ok).toBe(false);
    expect(await writeClip(begin, clip, join(dir, 'empty.mp4'), [])).toMatchObject({ reason: { code: 'emptyClip' } });
    expect((await writeClip(begin, clip, join(dir, 'good.mp4'))).ok).toBe(true);
    // What is left of the others their sink looks after.
    expect(readdirSync(dir).filter((name) => statSync(join(dir, name)).size > 0)).toEqual(['good.mp4']);
  });
});

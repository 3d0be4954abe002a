import { execFileSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, readlinkSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { EncodedUnit } from '../../bridge/types.js';
import { checksumsOf } from '../../engine/archive/checksums.js';
import { readFacts } from '../../engine/archive/segment-facts.js';
import { withFile } from '../../engine/mp4/boxes.js';
import { readSegment } from '../../engine/mp4/segment-layout.js';
import { Muxes } from '../../engine/mux/muxes.js';
import type { Mux, MuxSpec, MuxUnit } from '../../engine/mux/types.js';
import { layoutOf } from '../../engine/recording/mp4-layout.js';
import { repairMp4 } from '../../engine/recording/mp4-repair.js';
import { encodeClip, FRAME_MICROS } from '../kit/encoded-clip.js';
import { encodeAac, interleaved } from '../kit/encoded-sound.js';
import { FakeClock } from '../kit/fake-clock.js';
import { judgeClip } from '../kit/judge-clip.js';
import { stuckDisk } from '../kit/stuck-disk.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const LEAD = 3_000_000;

/** Files, written by a clock that is the test's. */
const files = () => {
  const clock = new FakeClock();
  const unused = (): never => {
    throw new Error('this is no matter of the bridge');
  };
  const muxes = new Muxes({ bridge: { encode: unused }, clock, mjpegClips: 'jpeg' });
  const path = join(tempDir(), 'clip.mp4');
  return {
    clock,
    path,
    mux: (spec: Partial<MuxSpec> & Pick<MuxSpec, 'tracks'>) => muxes.mux({ path, taken: 0, ...spec }),
  };
};

const writeAll = (mux: Mux, units: readonly EncodedUnit[], lead = 0): void => {
  for (const unit of units) mux.write({ ...unit, pts: unit.pts! + lead } satisfies MuxUnit);
};

interface Packet {
  codec_type: 'video' | 'audio';
  pts: number;
  dts: number;
}

/** What ffprobe finds in a file, with the times of its edit lists, in seconds. */
const packetsOf = (path: string): Packet[] => {
  const args = ['-v', 'error', '-show_entries', 'packet=codec_type,pts_time,dts_time', '-of', 'json', path];
  const { packets } = JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })) as {
    packets: { codec_type: Packet['codec_type']; pts_time: string; dts_time: string }[];
  };
  return packets.map(({ codec_type, pts_time, dts_time }) => ({
    ...{ codec_type, pts: Number(pts_time), dts: Number(dts_time) },
  }));
};

const timesOf = (packets: readonly Packet[], type: Packet['codec_type']): number[] =>
  packets.filter((packet) => packet.codec_type === type).map(({ pts }) => pts);

it.each([
  ['H.264', { codec: 'h264', bframes: 0 }],
  ['H.264 with B-frames', { codec: 'h264', bframes: 2 }],
  ['H.265 with B-frames', { codec: 'h265', bframes: 2 }],
] as const)('finishes a plain file of %s, with sound, every picture at its time', async (_, options) => {
  const { path, mux } = files();
  const clip = encodeClip({ frames: 100, picture: 'test', ...options });
  const sound = encodeAac(4);
  const file = mux({ tracks: [clip.caps, sound.caps] });
  writeAll(file, interleaved(clip.units, sound.units));
  const result = await file.finish();
  expect(result).toEqual({ ok: true, bytes: statSync(path).size });
  const facts = await judgeClip(path);
  expect(facts).toMatchObject({ complaints: '', frames: 100, boxes: ['ftyp', 'mdat', 'moov'], firstIsKeyframe: true });
  expect(facts.durationSeconds).toBeCloseTo(4, 1);
  for (const [index, time] of facts.times.entries()) expect(time).toBeCloseTo((index * FRAME_MICROS) / 1e6, 4);
  const packets = packetsOf(path);
  expect(timesOf(packets, 'audio')).toHaveLength(sound.units.length);
  expect(timesOf(packets, 'audio')[0]).toBeCloseTo(0, 4);
  const decoded = packets.filter(({ codec_type }) => codec_type === 'video').map(({ dts }) => dts);
  expect(decoded).toEqual([...decoded].sort((a, b) => a - b));
  expect(withFile(path, layoutOf)).toMatchObject({ state: 'finalised', pictures: 100 });
});

it.each([
  ['before its first picture', -0.9],
  ['a little before it', -0.02],
  ['behind it', 0.5],
])('keeps sound that begins %s in time with the pictures', async (_, offset) => {
  const clip = encodeClip({ frames: 100, picture: 'test' });
  const sound = encodeAac(4);
  const moved = sound.units.map((unit) => ({ ...unit, pts: unit.pts! + offset * 1e6 }));
  for (const segment of [true, false]) {
    const { path, mux } = files();
    const file = mux({ tracks: [clip.caps, sound.caps], ...(segment ? { segment } : {}) });
    writeAll(file, interleaved(clip.units, moved), LEAD);
    expect(await file.finish()).toMatchObject({ ok: true });
    const facts = await judgeClip(path);
    expect(facts).toMatchObject({ complaints: '', frames: 100 });
    const layout = withFile(path, readSegment);
    if (segment) {
      const [pictures, frames] = [1, 2].map((id) => layout!.fragments.find(({ track }) => track === id)!);
      expect((frames!.time - pictures!.time) / 90_000).toBeCloseTo(offset, 4);
      expect(readFacts(path)).toMatchObject({ pictures: 100, soundFrames: sound.units.length });
    } else {
      // Players leave out what is heard before the first picture.
      const heard = timesOf(packetsOf(path), 'audio');
      const nearest = heard.reduce((best, time) => Math.min(best, Math.abs(time - 2 - offset)), 1);
      expect(nearest).toBeLessThan(0.012);
      expect(heard.at(-1)! - offset).toBeCloseTo(sound.units.at(-1)!.pts! / 1e6, 3);
    }
  }
});

it('has room for sound that comes when the first pictures are on the disk, and begins before them', async () => {
  const each = files();
  const clip = encodeClip({ frames: 50, picture: 'test' });
  const sound = encodeAac(2);
  const file = each.mux({ tracks: [clip.caps, sound.caps], segment: true });
  writeAll(file, clip.units, LEAD);
  await passes(each, 1000);
  writeAll(file, sound.units, LEAD - 1_200_000);
  expect(await file.finish()).toMatchObject({ ok: true });
  const layout = withFile(each.path, readSegment)!;
  const [pictures, frames] = [1, 2].map((id) => layout.fragments.find(({ track }) => track === id)!);
  expect((frames!.time - pictures!.time) / 90_000).toBeCloseTo(-1.2, 4);
  expect(await judgeClip(each.path)).toMatchObject({ complaints: '', frames: 50 });
});

/** Has what waits written, as time does. */
const passes = async ({ clock, path }: ReturnType<typeof files>, ms: number): Promise<void> => {
  const before = statSync(path).size;
  clock.advance(ms);
  await until('a fragment', () => statSync(path).size > before, 10_000);
};

it('plays up to its last whole fragment wherever it is cut off', async () => {
  const each = files();
  const { path, mux, clock } = each;
  const clip = encodeClip({ frames: 100, picture: 'test', bframes: 2 });
  const sound = encodeAac(4);
  const file = mux({ tracks: [clip.caps, sound.caps] });
  const units = interleaved(clip.units, sound.units);
  for (const [index, unit] of units.entries()) {
    file.write(unit);
    if (index % 40 === 39) await passes(each, 1000);
  }
  clock.advance(1000);
  await until('all of it', () => withFile(path, layoutOf).pictures === 100, 10_000);
  const whole = readFileSync(path);
  const cut = join(tempDir(), 'cut.mp4');
  let before = 0;
  for (let bytes = 1; bytes < whole.length; bytes += Math.ceil(whole.length / 60)) {
    writeFileSync(cut, whole.subarray(0, bytes));
    const repaired = repairMp4(cut);
    const { pictures } = withFile(cut, layoutOf);
    expect(pictures).toBeGreaterThanOrEqual(before);
    before = pictures;
    if (repaired.outcome === 'unplayable') continue;
    expect(await judgeClip(cut)).toMatchObject({ complaints: '', frames: pictures });
  }
  expect(before).toBeGreaterThan(60);
  expect(await file.finish()).toMatchObject({ ok: true });
});

it('plays also when it was cut off while it was being finished', async () => {
  const { path, mux } = files();
  const clip = encodeClip({ frames: 100, picture: 'test' });
  const file = mux({ tracks: [clip.caps] });
  writeAll(file, clip.units);
  const disk = stuckDisk();
  await file.finish();
  const whole = readFileSync(path);
  const places = withFile(path, (source) => source.size);
  // The end is there, and the beginning does not say so yet.
  const cut = join(tempDir(), 'cut.mp4');
  copyFileSync(path, cut);
  const head = whole.readUInt32BE(0);
  const unfinished = Buffer.from(whole);
  unfinished.writeUInt32BE(16, head);
  unfinished.write('free', head + 4, 'latin1');
  for (const bytes of [places, places - 1, places - 700]) {
    writeFileSync(cut, unfinished);
    truncateSync(cut, bytes);
    expect(repairMp4(cut)).toMatchObject({ outcome: 'repaired' });
    expect(await judgeClip(cut)).toMatchObject({ complaints: '', frames: 100 });
  }
  expect(disk.waiting).toBe(0);
});

it('has what it was given on the disk within a second', async () => {
  const each = files();
  const { path, mux, clock } = each;
  const clip = encodeClip({ frames: 150, picture: 'test', gop: 150 });
  const file = mux({ tracks: [clip.caps], segment: true });
  const ages: number[] = [];
  for (const [index, unit] of clip.units.entries()) {
    file.write(unit);
    clock.advance(FRAME_MICROS / 1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (index < 10) continue;
    const written = withFile(path, readSegment)?.fragments.reduce((sum, { samples }) => sum + samples.length, 0) ?? 0;
    ages.push(((index + 1 - written) * FRAME_MICROS) / 1e6);
  }
  // And the time that the file system takes.
  expect(Math.max(...ages)).toBeLessThan(0.95);
  await file.finish();
});

it('begins a fragment with each keyframe that is not too near, so that it can be cut there', async () => {
  const { path, mux } = files();
  const clip = encodeClip({ frames: 100, picture: 'test', gop: 25 });
  const file = mux({ tracks: [clip.caps], segment: true });
  writeAll(file, clip.units);
  await file.finish();
  const fragments = withFile(path, readSegment)!.fragments;
  const keys = fragments.flatMap(({ samples }) => samples.flatMap(({ key }, index) => (key ? [index] : [])));
  expect(keys).toEqual([0, 0, 0, 0]);
});

it('goes on where a disk that was stuck goes on, and lacks nothing', async () => {
  const { path, mux } = files();
  const clip = encodeClip({ frames: 50, picture: 'test', width: 1280, height: 720 });
  const disk = stuckDisk();
  const file = mux({ tracks: [clip.caps], segment: true });
  disk.stick();
  const span = 50 * FRAME_MICROS;
  let rounds = 0;
  for (; file.backlogBytes <= 8 * 1024 * 1024; rounds++) {
    for (const unit of clip.units) file.write({ ...unit, pts: unit.pts! + rounds * span });
  }
  await until('it waits', () => disk.waiting === 1, 10_000);
  disk.goOn();
  await until('the disk has caught up', () => file.backlogBytes < 1024 * 1024, 10_000);
  expect(await file.finish()).toMatchObject({ ok: true });
  expect(readFacts(path)!.pictures).toBe(rounds * 50);
});

it('says so when a disk stays stuck, and does not keep the end waiting for ever', async () => {
  const { mux, clock } = files();
  const clip = encodeClip({ frames: 50, picture: 'test' });
  const disk = stuckDisk();
  const file = mux({ tracks: [clip.caps] });
  disk.stick();
  writeAll(file, clip.units);
  const finished = file.finish();
  await until('it waits', () => disk.waiting > 0, 10_000);
  clock.advance(61_000);
  expect(await finished).toMatchObject({ ok: false, reason: { failure: 'file', code: 'finishTimeout' } });
});

it('touches no other file where one is given up whose end has not been written', async () => {
  const { path, mux, clock } = files();
  const clip = encodeClip({ frames: 50, picture: 'test' });
  const disk = stuckDisk();
  const file = mux({ tracks: [clip.caps] });
  writeAll(file, clip.units);
  await until('the fragments', () => statSync(path).size > 0, 10_000);
  disk.stick();
  const finished = file.finish();
  await until('it waits', () => disk.waiting > 0, 10_000);
  clock.advance(61_000);
  expect(await finished).toMatchObject({ ok: false });
  disk.goOn();
  // Its descriptor is free when all that had begun is done.
  await until('it is closed', () => !openFiles().includes(path), 10_000);
  expect(withFile(path, layoutOf)).toMatchObject({ state: 'fragmented', pictures: 50 });
});

const openFiles = (): string[] =>
  readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });

it('fails on a file that holds something, and does not touch it', async () => {
  const { path, mux } = files();
  writeFileSync(path, 'mine');
  const { caps, units } = encodeClip({ frames: 5 });
  const file = mux({ tracks: [caps] });
  expect(await file.failed).toMatchObject({ kind: 'error', failure: 'file', code: 'file.EEXIST' });
  file.write(units[0]!);
  expect(await file.finish()).toMatchObject({ ok: false, reason: { code: 'file.EEXIST' } });
  expect(readFileSync(path, 'utf8')).toBe('mine');
});

it('fails in a folder that is not there', async () => {
  const { path, mux } = files();
  const file = mux({ tracks: [encodeClip({ frames: 5 }).caps], path: join(path, 'none', 'clip.mp4') });
  expect(await file.failed).toMatchObject({ kind: 'error', failure: 'file', code: 'file.ENOENT' });
});

it('fails without parameter sets, and when nothing was written', async () => {
  const { caps, units } = encodeClip({ frames: 5 });
  const first = files().mux({ tracks: [caps] });
  first.write(units[1]!);
  expect(await first.failed).toMatchObject({ kind: 'error', code: 'noParameterSets' });
  expect(
    await files()
      .mux({ tracks: [caps] })
      .finish(),
  ).toMatchObject({ ok: false, reason: { code: 'emptyClip' } });
});

it.each([true, false])('leaves out sound that never came (segment: %s)', async (segment) => {
  const { path, mux } = files();
  const clip = encodeClip({ frames: 50, picture: 'test' });
  const file = mux({ tracks: [clip.caps, encodeAac(0.1).caps], ...(segment ? { segment } : {}) });
  writeAll(file, clip.units);
  expect(await file.finish()).toMatchObject({ ok: true });
  expect(await judgeClip(path)).toMatchObject({ complaints: '', frames: 50 });
  const streams = execFileSync('ffprobe', [
    '-v',
    'error',
    '-show_entries',
    'stream=codec_type',
    '-of',
    'csv=p=0',
    path,
  ]);
  expect(String(streams).trim()).toBe('video');
});

it('knows the checksums of a segment, and of a file in which it has changed something none', async () => {
  const clip = encodeClip({ frames: 100, picture: 'test', width: 1280, height: 720 });
  const sound = encodeAac(4);
  const end = async (segment: boolean, units: readonly EncodedUnit[]) => {
    const { path, mux } = files();
    const file = mux({ tracks: [clip.caps, sound.caps], ...(segment ? { segment } : {}) });
    writeAll(file, units, LEAD);
    const result = await file.finish();
    if (!result.ok) throw new Error(result.reason.kind);
    expect(result.bytes).toBe(statSync(path).size);
    return { made: result.checksums, read: await checksumsOf(path, result.bytes) };
  };
  const whole = await end(true, interleaved(clip.units, sound.units));
  expect(whole.read!.length).toBeGreaterThan(4);
  expect(whole.made).toEqual(whole.read);
  // Its empty track is hidden, in place.
  expect((await end(true, clip.units)).made).toBeUndefined();
  expect((await end(false, interleaved(clip.units, sound.units))).made).toBeUndefined();
});

it('begins with a picture that is no keyframe where it continues another file', async () => {
  const { path, mux } = files();
  const clip = encodeClip({ frames: 50, picture: 'test', gop: 25 });
  const file = mux({ tracks: [clip.caps], segment: true, head: clip.units[0]!.payload });
  writeAll(file, clip.units.slice(10), LEAD);
  expect(await file.finish()).toMatchObject({ ok: true });
  expect(readFacts(path)).toMatchObject({ pictures: 40, keyed: false });
});

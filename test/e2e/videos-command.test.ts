import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { type MediaTime, seconds } from '../../engine/core/time.js';
import { openDataStore } from '../../engine/store/sqlite.js';
import { testBridge } from '../kit/bridge.js';
import { encodeClip } from '../kit/encoded-clip.js';
import { muxesOn } from '../kit/muxes-on.js';
import { tempDir } from '../kit/temp-dir.js';
import { VideoRig } from '../kit/video-rig.js';

const CLI = resolve(import.meta.dirname, '../../dist/engine/cli/main.js');

const sluice = (...args: string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'videos', ...args], { encoding: 'utf8' });
  const lines = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { status, stderr, lines };
};

/** A data folder with a video of 12 s in three segments, and the database that `rebuild` has made. */
const recorded = async (): Promise<string> => {
  const { bridge } = testBridge();
  const clip = encodeClip({ frames: 300, gop: 25, picture: 'test' });
  const rig = new VideoRig({ mux: muxesOn(bridge), segmentLength: seconds(4) });
  await rig.connected(clip.caps);
  const from = rig.clock.monotonic() + 1000;
  rig.gate = () => {
    rig.gate = () => {};
    rig.open(1, (from + seconds(0)) as MediaTime, 0);
  };
  await rig.send(clip.units, from);
  rig.close(1, (from + seconds(11.5)) as MediaTime);
  await rig.recorder.finished();
  await rig.archive.settled();
  const dir = tempDir();
  cpSync(join(rig.folder, 'videos'), join(dir, 'videos'), { recursive: true });
  return dir;
};

const filesOf = (dir: string): string[] =>
  readdirSync(join(dir, 'videos'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.mp4'))
    .sort();

/** What is in the folder, to the byte. */
const contents = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/-shm$|-wal$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => `${relative(dir, path)} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`)
    .sort();

it('lists, exports and checks videos without an engine, and changes nothing', async () => {
  const dir = await recorded();
  const before = contents(dir);
  const files = filesOf(dir);
  expect(files.length).toBeGreaterThan(2);
  const [byFiles] = sluice('list', dir).lines;
  expect(byFiles).toMatchObject({ name: 'front door', segments: files.length });
  expect(sluice('verify', dir).lines).toMatchObject([{ problem: 'missing', message: 'there is no database' }]);
  expect(contents(dir)).toEqual(before);

  const rebuilt = sluice('rebuild', dir);
  expect([rebuilt.status, rebuilt.lines]).toEqual([
    0,
    // The ledger has their checksums.
    [{ videos: 1, segments: files.length, added: files.length, forgotten: 0, unverified: 0 }],
  ]);
  expect(sluice('list', dir).lines).toEqual([byFiles]);
  const verified = sluice('verify', dir);
  expect([verified.status, verified.lines]).toEqual([0, []]);
  expect(sluice('rebuild', dir).lines).toEqual([
    { videos: 1, segments: files.length, added: 0, forgotten: 0, unverified: 0 },
  ]);

  const [{ start, end }] = byFiles!['ranges'] as [{ start: string; end: string }];
  const out = join(dir, 'part.mp4');
  const to = new Date(Date.parse(start) + 5000).toISOString();
  const exported = sluice('export', dir, 'front door', '--from', start, '--to', to, '--out', out);
  expect(exported.lines).toMatchObject([{ file: out, bytes: statSync(out).size }]);
  expect(Number(exported.lines[0]!['pictures'])).toBeGreaterThanOrEqual(125);
  expect(existsSync(`${out}.part`)).toBe(false);
  const again = sluice('export', dir, 'front door', '--from', start, '--to', to, '--out', out);
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('[OutputExists]')]);
  const none = sluice('export', dir, 'cellar', '--from', start, '--to', end, '--out', `${out}2`);
  expect([none.status, none.stderr]).toEqual([1, expect.stringContaining('[VideoNotFound]')]);
  expect(sluice('export', dir, 'front door', '--from', 'now', '--to', end, '--out', `${out}2`).status).toBe(2);
  expect(sluice('list', join(dir, 'media')).stderr).toContain('[VideosMissing]');
}, 300_000);

it('names what is damaged, and makes the index anew', async () => {
  const dir = await recorded();
  sluice('rebuild', dir);
  const [cut, holed, gone, ...others] = filesOf(dir);
  expect(others.length).toBeGreaterThan(0);
  const at = (file: string) => join(dir, 'videos', file);
  truncateSync(at(cut!), statSync(at(cut!)).size - 100);
  const bytes = readFileSync(at(holed!));
  bytes.fill(0, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 4096);
  writeFileSync(at(holed!), bytes);
  // Within a picture, where only a decoder might notice.
  const slice = readFileSync(at(others[0]!));
  slice[slice.length - 50]! ^= 4;
  writeFileSync(at(others[0]!), slice);
  const moved = join(dirname(at(gone!)), 'summer.mp4');
  renameSync(at(gone!), moved);
  const { status, lines } = sluice('verify', dir);
  expect(status).toBe(1);
  expect(lines.map(({ file, problem }) => [basename(String(file)), problem]).sort()).toEqual(
    [
      [basename(cut!), 'truncated'],
      [basename(holed!), 'garbage'],
      [basename(holed!), 'changed'],
      [basename(others[0]!), 'changed'],
      [basename(gone!), 'missing'],
      ['summer.mp4', 'wrongName'],
    ].sort(),
  );
  const rebuilt = sluice('rebuild', dir);
  const unverified = rebuilt.lines.filter(({ problem }) => problem === 'unverified').map(({ file }) => file);
  expect(unverified).toContain(cut);
  expect(unverified).not.toContain(others[0]);
  expect(rebuilt.lines.at(-1)).toMatchObject({ segments: others.length + 2, unverified: unverified.length });
  const after = sluice('verify', dir).lines.map(({ problem }) => problem);
  expect([...new Set(after)].sort()).toEqual(['changed', 'garbage', 'wrongName']);
}, 300_000);

it('leaves a folder alone that an engine has, and reads it all the same', async () => {
  const dir = await recorded();
  sluice('rebuild', dir);
  const store = openDataStore(dir);
  try {
    const { status, stderr } = sluice('rebuild', dir);
    expect([status, stderr]).toEqual([1, expect.stringContaining('[DataDirInUse]')]);
    expect(sluice('list', dir).lines).toMatchObject([{ name: 'front door' }]);
    expect(sluice('verify', dir).status).toBe(0);
  } finally {
    store.close();
  }
  rmSync(join(dir, 'sluice.db'));
}, 300_000);

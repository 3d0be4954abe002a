import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataStore } from '../../../../engine/store/sqlite.js';
import { openSqlite } from '../../../../engine/store/sqlite-driver.js';
import { type Afterlife, copyFolder, flipBits, liveAndDie, lookAfter } from '../../../kit/engine-life.js';
import { seeded } from '../../../kit/fake-media.js';
import { tempFolder } from '../../../kit/temp-files.js';

const random = (length: number, seed: number): Buffer => {
  const next = seeded(seed);
  return Buffer.from(Array.from({ length }, () => Math.floor(next() * 256)));
};

/** Every number from 1 on is an event or in a gap, once. */
const expectAccounted = ({ events, gaps, next }: Afterlife): void => {
  const runs = [...events.map((seq) => ({ from: seq, to: seq })), ...gaps].sort((a, b) => a.from - b.from);
  let expected = 1;
  for (const { from, to } of runs) {
    expect(from).toBe(expected);
    expected = to + 1;
  }
  expect(expected).toBe(next + 1);
};

describe('a database that was damaged before the start', () => {
  const parent = tempFolder();
  const kept = join(parent.path, 'kept');
  let lastSeq: number;
  let count = 0;

  beforeAll(async () => {
    ({ lastSeq } = await liveAndDie(kept));
    return () => parent.remove();
  });

  /** A copy of the dead engine's folder. */
  const folder = () => {
    const dir = join(parent.path, `case-${count++}`);
    copyFolder(kept, dir);
    const file = join(dir, 'sluice.db');
    return { dir, file, wal: `${file}-wal` };
  };
  /** Moves the write-ahead log into the file. */
  const settle = (file: string): void => {
    const db = openSqlite(file);
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
  };
  const refusalOf = (dir: string): unknown => {
    try {
      openDataStore(dir).close();
    } catch (error) {
      return error;
    }
    return undefined;
  };
  const clear = (hint: RegExp) =>
    expect.objectContaining({ name: 'SluiceError', code: 'DataDirUnusable', hint: expect.stringMatching(hint) });

  it('is opened as it is if nothing is wrong', async () => {
    const { dir } = folder();
    const after = await lookAfter(dir);
    expect(after.opening).toEqual({ kind: 'existing' });
    expect(after.gaps).toEqual([]);
    expect(after.next).toBe(lastSeq + 1);
    expect([after.pipelines.length, after.topologies, after.clips]).toEqual([40, 1, 500]);
    expect((await lookAfter(dir)).next).toBe(lastSeq + 2);
  });

  it.each([
    ['is gone', (wal: string) => rmSync(wal)],
    ['is cut off', (wal: string) => truncateSync(wal, Math.floor(statSync(wal).size / 60))],
    ['has flipped bits', (wal: string) => flipBits(wal, 400, seeded(7), 32)],
  ])('is known to be behind if its write-ahead log %s', async (_what, harm) => {
    const { dir, wal } = folder();
    harm(wal);
    const after = await lookAfter(dir);
    expect(after.opening).toMatchObject({ kind: 'behind', missing: expect.stringContaining(`to ${lastSeq}`) });
    expect(after.next).toBeGreaterThan(lastSeq);
    expect(after.events.length).toBeGreaterThan(1000);
    expect(after.gaps.map(({ reason }) => reason)).toEqual(['damaged']);
    expect(after.pipelines).toHaveLength(40);
    expectAccounted(after);
  });

  it('is whole if only the index of its write-ahead log is nonsense', async () => {
    const { dir, file } = folder();
    writeFileSync(`${file}-shm`, random(32_768, 3));
    const after = await lookAfter(dir);
    expect(after.opening).toEqual({ kind: 'existing' });
    expect(after.events).toHaveLength(lastSeq + 1);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed + 1))(
    'gives what reads after flipped bits, seed %i',
    async (seed) => {
      const { dir, file } = folder();
      settle(file);
      flipBits(file, 30, seeded(seed), 100);
      const harmed = readFileSync(file);
      const after = await lookAfter(dir);
      expect(['existing', 'recovered']).toContain(after.opening.kind);
      expect(after.next).toBeGreaterThan(lastSeq);
      // What a flipped bit takes along depends on where the tables lie: a page that leads to others takes all of theirs.
      expect(after.events.length).toBeGreaterThan(lastSeq * 0.1);
      expectAccounted(after);
      if (after.opening.kind !== 'recovered') {
        expect(after.clips).toBeGreaterThan(300);
        return;
      }
      // A page that only leads to others takes their rows along.
      expect(after.clips > 300 || after.opening.tables['clips']?.unreadable).toBe(true);
      const aside = readdirSync(dir).find((name) => /^sluice\.db\.damaged-[\dTZ]+$/.test(name));
      expect(after.opening.setAside).toContain(join(dir, String(aside)));
      expect(readFileSync(join(dir, String(aside))).equals(harmed)).toBe(true);
      expect(statSync(join(dir, String(aside))).mode & 0o77).toBe(0);
      const again = await lookAfter(dir);
      expect(again.opening).toEqual({ kind: 'existing' });
      expect(again.next).toBe(after.next + 1);
    },
  );

  it.each([11, 12, 13])('gives everything if only its header is destroyed, seed %i', async (seed) => {
    const { dir, file } = folder();
    const bytes = readFileSync(file);
    random(16 + seed * 6, seed).copy(bytes);
    writeFileSync(file, bytes);
    const after = await lookAfter(dir);
    expect(after.opening).toMatchObject({ kind: 'recovered', damage: expect.stringContaining('header') });
    expect([after.pipelines.length, after.topologies, after.clips]).toEqual([40, 1, 500]);
    expect(after.events).toHaveLength(lastSeq + 1);
    expectAccounted(after);
  });

  it.each([21, 22, 23, 24])('gives what reads if its schema is damaged, seed %i', async (seed) => {
    const { dir, file } = folder();
    settle(file);
    const bytes = readFileSync(file);
    // The page with the definitions of all tables.
    for (const [at, byte] of random(4096 - 100, seed).entries()) if (byte < 40) bytes[100 + at] = byte;
    writeFileSync(file, bytes);
    const after = await lookAfter(dir);
    expect(after.opening.kind).toBe('recovered');
    expect([after.pipelines.length, after.topologies, after.clips]).toEqual([40, 1, 500]);
    expect(after.events).toHaveLength(lastSeq + 1);
    expectAccounted(after);
  });

  it('gives what is left of half a file', async () => {
    const { dir, file } = folder();
    settle(file);
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const after = await lookAfter(dir);
    expect(after.opening.kind).toBe('recovered');
    expect(after.pipelines).toHaveLength(40);
    expect(after.events.length).toBeGreaterThan(500);
    expect(after.next).toBeGreaterThan(lastSeq);
    expectAccounted(after);
  });

  it.each([
    ['random bytes', 'recovered', (file: string) => writeFileSync(file, random(50_000, 5))],
    ['empty', 'lost', (file: string) => truncateSync(file, 0)],
    ['not there', 'lost', (file: string) => rmSync(file)],
  ])('does not pass for a new one if it is %s', async (_what, kind, harm) => {
    const { dir, file, wal } = folder();
    settle(file);
    rmSync(wal, { force: true });
    harm(file);
    const after = await lookAfter(dir);
    expect(after.opening.kind).toBe(kind);
    expect(after.next).toBeGreaterThan(lastSeq);
    expectAccounted(after);
    const again = await lookAfter(dir);
    expect(again.opening).toEqual({ kind: 'existing' });
  });

  it('is missed by its recordings and its write-ahead log even without the mark', async () => {
    const { dir, file, wal } = folder();
    for (const name of [file, join(dir, 'sluice.mark')]) rmSync(name);
    mkdirSync(join(dir, 'media', 'yard'), { recursive: true });
    writeFileSync(join(dir, 'media', 'yard', 'clip.mp4'), 'x');
    const size = statSync(wal).size;
    const { opening } = await lookAfter(dir);
    if (opening.kind !== 'lost') throw new Error(opening.kind);
    expect(opening.traces.join()).toMatch(/recordings.*|-wal/);
    expect(opening.traces).toHaveLength(2);
    expect(opening.setAside.map((path) => statSync(path).size)).toContain(size);
  });

  it('goes on where it was interrupted while it was being recovered', async () => {
    const { dir, file } = folder();
    const untouched = await lookAfter(dir);
    // Set aside already, and the new one is not in its place yet.
    copyFileSync(file, `${file}.damaged-20260102T030405Z`);
    renameSync(file, `${file}.recovered`);
    const after = await lookAfter(dir);
    expect(after.opening).toMatchObject({ kind: 'recovered', setAside: [`${file}.damaged-20260102T030405Z`] });
    expect(after.next).toBe(untouched.next + 1);
    expect(existsSync(`${file}.recovered`)).toBe(false);
  });

  it('is refused with a reason if something else has its name or that of the lock', () => {
    const one = folder();
    rmSync(join(one.dir, 'sluice.lock'));
    mkdirSync(join(one.dir, 'sluice.lock'));
    expect(refusalOf(one.dir)).toEqual(clear(/out of the way/));
    const two = folder();
    for (const name of [two.file, two.wal]) rmSync(name);
    mkdirSync(two.file);
    expect(refusalOf(two.dir)).toEqual(clear(/out of the way/));
    const three = folder();
    writeFileSync(join(three.dir, 'sluice.lock'), random(9000, 1));
    expect(refusalOf(three.dir)).toEqual(clear(/delete the lock file/));
  });

  it.skipIf(process.getuid?.() === 0)('is refused with a reason if it may not be read', () => {
    const { dir, file } = folder();
    chmodSync(file, 0);
    expect(refusalOf(dir)).toEqual(clear(/may read and write/));
  });
});

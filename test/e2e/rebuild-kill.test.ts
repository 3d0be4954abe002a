import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as later } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Archive } from '../../engine/archive/archive.js';
import { seconds, type UtcMicros } from '../../engine/core/time.js';
import { ArchiveRig, START } from '../kit/archive-rig.js';
import { openTestEngine } from '../kit/engine.js';
import { randomOf } from '../kit/motion-planes.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const CLI = resolve(import.meta.dirname, '../../dist/engine/cli/main.js');
const VIDEOS = ['door', 'yard', 'cellar'];
/** More than go into one transaction. */
const SEGMENTS = 450;
const LIVES = 6;
const ALWAYS = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

/** A folder of videos without a database, with recordings in its ledgers of which some are protected. */
const lost = async (): Promise<string> => {
  const rig = new ArchiveRig();
  for (const name of VIDEOS) {
    const video = rig.video(name);
    for (let n = 0; n < SEGMENTS; n++) rig.file(video, seconds(4 * n), { seconds: 4 });
    for (let n = 0; n < 12; n++) {
      const startUtc = (START + seconds(60 * n)) as UtcMicros;
      const sink = { video: name, pipeline: 'p1', sink: 'videoSink' };
      const open = rig.archive.book.begin(sink, `cause ${n}`, startUtc, null);
      rig.archive.book.available(open, (startUtc + seconds(10)) as UtcMicros, false);
      if (n % 3 === 0) rig.archive.people.protect(name, String(open.id));
    }
  }
  await rig.archive.settled();
  return rig.folder;
};

/** Everything that is to be found again. Ids of segments depend on the order in which they are found. */
const foundIn = ({ segments, people, protection }: Archive) =>
  VIDEOS.map((name) => ({
    segments: segments.between(name, ALWAYS).map(({ id: _, checksums: __, ...segment }) => segment),
    recordings: people.list(name).value,
    kept: protection.all(name).map(({ startUtc, endUtc }) => [startUtc, endUtc]),
  }));

const foundBy = async (dataDir: string) => {
  const test = await openTestEngine({ dataDir });
  try {
    return foundIn(test.engine.archive);
  } finally {
    await test.close();
  }
};

/** Differs when the database was written to. */
const writtenIn = (dataDir: string): string => {
  const stats = statSync(join(dataDir, 'sluice.db-wal'), { throwIfNoEntry: false });
  return `${stats?.size} ${stats?.mtimeMs}`;
};

const killed = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'exit');
  process.kill(-child.pid!, 'SIGKILL');
  await closed;
};

it('finds everything again however often a rebuild was killed, as a command and at the start of an engine', async () => {
  const seed = Number(process.env['SLUICE_SEED'] ?? Date.now() % 1_000_000);
  const random = randomOf(seed);
  const files = await lost();
  const whole = tempDir();
  const dataDir = tempDir();
  for (const dir of [whole, dataDir]) cpSync(join(files, 'videos'), join(dir, 'videos'), { recursive: true });
  const expected = await foundBy(whole);
  expect(expected.map(({ segments, recordings, kept }) => [segments.length, recordings.length, kept.length])).toEqual(
    VIDEOS.map(() => [SEGMENTS, 12, 4]),
  );
  for (let life = 0; life < LIVES; life++) {
    // The database is lost again and again, too.
    if (life % 3 === 0)
      for (const file of readdirSync(dataDir)) if (file !== 'videos') rmSync(join(dataDir, file), { recursive: true });
    const command = ['serve', '--http', '127.0.0.1:0', '--data', dataDir];
    const args = life % 2 === 0 ? ['videos', 'rebuild', dataDir] : command;
    const before = writtenIn(dataDir);
    const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore', detached: true });
    try {
      await until(`${args[0]} writes`, () => writtenIn(dataDir) !== before || child.exitCode !== null, 60_000);
      // The moment at which it dies.
      await later(random() * 300);
    } finally {
      await killed(child);
    }
  }
  expect(await foundBy(dataDir), `seed ${seed}`).toEqual(expected);
}, 300_000);

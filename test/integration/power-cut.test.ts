import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../bench/chaos/random.js';
import { diskAfterCut, type Files, type Weather } from '../../bench/chaos/series/power/disk.js';
import { compileRecorder, recording } from '../../bench/chaos/series/power/recorder.js';
import { type Operation, readTrace } from '../../bench/chaos/series/power/trace.js';
import { prepareFolder } from '../../bench/chaos/series/trial/folders.js';
import { startEngine } from '../../bench/chaos/series/trial/running.js';
import type { TrialSettings } from '../../bench/chaos/series/trial/settings.js';
import type { EventRecord } from '../../engine/index.js';
import { type Simulator, startSimulator } from '../../engine/simulator/index.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { topLevelBoxes } from '../kit/judge-clip.js';
import { tempDir } from '../kit/temp-dir.js';
import { until } from '../kit/until.js';

const CLIPS = 'media/clips';
const TIMEOUT_MS = 120_000;
/** The worst disk: only what was synced is there. */
const NOTHING_ELSE: Weather = { names: 'any', kept: 0, torn: 0 };

let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ scenes: ['motion'], size: '320x240', bitrate: 200_000 });
}, TIMEOUT_MS);
afterAll(() => simulator.stop());

/** Records an engine down to its syncs until `enough` of what a subscriber and the trace say. */
const recorded = async (
  { clipSeconds, synchronous = 'normal' }: Pick<TrialSettings, 'clipSeconds' | 'synchronous'>,
  enough: (seen: readonly EventRecord[], operations: () => Operation[]) => boolean,
): Promise<{ seen: readonly EventRecord[]; operations: Operation[]; dataDir: string; before: Files }> => {
  const path = tempDir();
  const dataDir = join(path, 'data');
  const cameras = simulator.cameras.map(({ url }) => url);
  const settings: TrialSettings = {
    dataDir,
    cameras,
    clipSeconds,
    synchronous,
    preRollSeconds: 0,
    pauseMs: 0,
    staggerMs: 0,
    clips: 1,
  };
  await prepareFolder(settings);
  const before = new Map([['sluice.db', readFileSync(join(dataDir, 'sluice.db'))]]);
  mkdirSync(join(dataDir, CLIPS), { recursive: true });
  const recorder = await compileRecorder(path, dataDir, CLIPS);
  const operations = (): Operation[] => readTrace(readFileSync(recorder.trace));
  const engine = startEngine(
    { ...settings, seenFile: join(dataDir, 'seen.jsonl'), sandbox: 'none' },
    recording(recorder),
  );
  try {
    await until('the clip', () => engine.over || enough(engine.seen, operations), TIMEOUT_MS);
  } finally {
    await engine.kill();
  }
  return { seen: engine.seen, operations: operations(), dataDir, before };
};

const NOTHING: Files = new Map();

const cutAt = (operations: readonly Operation[], cut: number): Map<string, Buffer> =>
  diskAfterCut(NOTHING, operations, cut, NOTHING_ELSE, new Random(1));

describe('a power cut', () => {
  it(
    'leaves a clip whole from the moment at which somebody sees that it is available',
    async () => {
      const { operations, seen, dataDir } = await recorded({ clipSeconds: 1 }, (events) =>
        events.some(({ eventType }) => eventType.endsWith('.RecordingAvailable')),
      );
      const told = operations.findIndex(
        (one) =>
          one.kind === 'write' &&
          one.data.includes('Microsoft.VideoAnalyzer.Operational.RecordingAvailable"') &&
          one.data.includes('"event"'),
      );
      expect(told).toBeGreaterThan(0);
      const available = seen.find(({ eventType }) => eventType.endsWith('.RecordingAvailable'))!;
      const location = String(available.data.outputLocation);
      const onDisk = cutAt(operations, told).get(location.slice(dataDir.length + 1));
      expect(onDisk?.length).toBe(available.data.bytes);
      expect(onDisk?.equals(readFileSync(location))).toBe(true);
      expect(statSync(location).size).toBe(onDisk?.length);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves of an open clip what plays up to the last sync',
    async () => {
      const fragments = (operations: readonly Operation[]): string[] => {
        const [clip] = [...cutAt(operations, operations.length)].filter(([name]) => name.endsWith('.mp4'));
        if (clip === undefined) return [];
        const path = join(tempDir(), 'clip.mp4');
        writeFileSync(path, clip[1]);
        return topLevelBoxes(path).filter((type) => type === 'moov' || type === 'moof');
      };
      const { operations } = await recorded({ clipSeconds: 600 }, (_events, soFar) => fragments(soFar()).length >= 2);
      expect(fragments(operations)).toContain('moof');
    },
    TIMEOUT_MS,
  );

  it(
    'costs no event that was seen, if every batch is synced',
    async () => {
      const { operations, seen, before } = await recorded({ clipSeconds: 1, synchronous: 'full' }, (events) =>
        events.some(({ eventType }) => eventType.endsWith('.RecordingAvailable')),
      );
      const last = seen.at(-1)!;
      const told = operations.findLastIndex(
        (one) => one.kind === 'write' && one.data.includes(last.id) && one.data.includes('"event"'),
      );
      const disk = diskAfterCut(before, operations, told, { ...NOTHING_ELSE, names: 'ordered' }, new Random(1));
      const folder = tempDir();
      for (const name of ['sluice.db', 'sluice.db-wal'])
        writeFileSync(join(folder, name), disk.get(name) ?? Buffer.alloc(0));
      const db = openSqlite(join(folder, 'sluice.db'));
      const logged = db.prepare<[], { seq: number }>('SELECT seq FROM events').all();
      db.close();
      expect(logged.map(({ seq }) => seq)).toEqual(Array.from({ length: last.seq }, (_, n) => n + 1));
    },
    TIMEOUT_MS,
  );
});

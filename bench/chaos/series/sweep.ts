/** Sixty clips are left open by a kill; the engine is killed again while it closes them at its next start. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EventRecord } from '../../../engine/events/types.js';
import { AvaEvent } from '../../../engine/index.js';
import { startSimulator } from '../../../engine/simulator/index.js';
import { openSqlite } from '../../../engine/store/sqlite-driver.js';
import type { Played } from '../judge/play.js';
import { Random } from '../random.js';
import type { ChaosReport, Violation } from '../report.js';
import type { SeriesOptions } from './options.js';
import { closeStories, prepareFolder, trialFolder } from './trial/folders.js';
import { judgeTrial } from './trial/judged.js';
import { pause } from './trial/kill-again.js';
import { playOnce } from './trial/play-once.js';
import { type RunningEngine, startEngine } from './trial/running.js';
import type { TrialSettings } from './trial/settings.js';
import { shareTrials } from './trial/workers.js';

const WORKERS = 2;
const CLIPS = 60;
const CAMERAS = 4;
/** What every clip has received when it is left open. */
const RECORDED_MS = 2500;
const RECORD_TIMEOUT_MS = 120_000;
/** After the row that was waited for, up to this much later. */
const LATER_MS = 5;

export const run = async ({ count, seed, log, workers = WORKERS }: SeriesOptions): Promise<ChaosReport> => {
  const base = await trialFolder('sweep');
  const violations: Violation[] = [];
  const closedAtKill: number[] = [];
  const player = playOnce();
  try {
    const settings = await leaveOpen(base.dataDir);
    log(`${CLIPS} clips are left open in ${base.dataDir}`);
    await shareTrials(count, workers, async (worker, take) => {
      const random = new Random(seed + worker);
      while (take() !== undefined) {
        const folder = await trialFolder('sweep');
        copyFolder(base.dataDir, folder.dataDir);
        const found = await killInSweep({ ...settings, dataDir: folder.dataDir }, random, player, closedAtKill);
        violations.push(...found);
        await folder.settle(found, log);
      }
    });
  } finally {
    rmSync(base.path, { recursive: true, force: true });
  }
  const part = closedAtKill.filter((closed) => closed > 0 && closed < CLIPS).length;
  return {
    lines: [
      `rows closed at the kill, of ${CLIPS}: ${[...closedAtKill].sort((a, b) => a - b).join(' ')}`,
      `${part} of ${closedAtKill.length} sweeps were part done`,
    ],
    violations,
    rows: [
      {
        tried: `kill -9 while the start closes ${CLIPS} open clips`,
        count: closedAtKill.length,
        lost: `stories left open: ${violations.filter(({ rule }) => rule === 'story.unclosed').length}`,
        violations: violations.length,
      },
    ],
  };
};

/** Really records, and kills: the folder is what a crash leaves. */
const leaveOpen = async (dataDir: string): Promise<TrialSettings> => {
  const simulator = await startSimulator({
    scenes: ['motion'],
    count: CAMERAS,
    size: '160x120',
    fps: 10,
    bitrate: 60_000,
  });
  try {
    const urls = simulator.cameras.map(({ url }) => url);
    const cameras = Array.from({ length: CLIPS }, (_, index) => urls[index % urls.length]!);
    const settings = { dataDir, cameras, clipSeconds: 300, preRollSeconds: 0, pauseMs: 0, staggerMs: 0, clips: 1 };
    await prepareFolder(settings);
    const engine = startEngine(settings);
    const deadline = Date.now() + RECORD_TIMEOUT_MS;
    while (begun(engine) < CLIPS) {
      if (Date.now() > deadline || engine.over) {
        await engine.kill();
        throw new Error(`only ${begun(engine)} of ${CLIPS} clips began:\n${engine.log()}`);
      }
      await pause(50);
    }
    await pause(RECORDED_MS);
    await engine.kill();
    return settings;
  } finally {
    await simulator.stop();
  }
};

const begun = (engine: RunningEngine): number =>
  engine.seen.filter(({ eventType }) => eventType === AvaEvent.RecordingStarted).length;

const killInSweep = async (
  settings: TrialSettings,
  random: Random,
  player: (path: string) => Promise<Played>,
  closedAtKill: number[],
): Promise<readonly Violation[]> => {
  const openClips = openRows(settings.dataDir);
  const enough = random.below(CLIPS);
  const engine = startEngine({ ...settings, resume: false });
  let isReady = false;
  engine.ready.then(
    () => {
      isReady = true;
    },
    () => {},
  );
  while (!isReady && !engine.over && CLIPS - openClips.count() <= enough) await pause(1);
  await pause(random.between(0, LATER_MS));
  await engine.kill();
  closedAtKill.push(CLIPS - openClips.count());
  openClips.close();
  const seen: EventRecord[] = [...engine.seen];
  await closeStories(settings);
  return (await judgeTrial({ dataDir: settings.dataDir, player }, seen)).violations;
};

/** A copy whose events name the files where they now are. Both paths have the same length, so no size changes. */
const copyFolder = (from: string, to: string): void => {
  cpSync(from, to, { recursive: true });
  const db = openSqlite(join(to, 'sluice.db'), { fileMustExist: true });
  db.prepare('UPDATE events SET wire = replace(wire, ?, ?)').run(from, to);
  db.close();
};

const openRows = (dataDir: string) => {
  const db = openSqlite(join(dataDir, 'sluice.db'), { readonly: true, timeout: 100 });
  const statement = db.prepare<[], { open: number }>("SELECT count(*) AS open FROM clips WHERE state = 'open'");
  return {
    count: (): number => statement.get()?.open ?? 0,
    close: () => db.close(),
  };
};

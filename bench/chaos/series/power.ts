/**
 * Cuts of power. A run of the engine is recorded down to its writes and syncs; then the disk is built as it may look
 * after a cut at some operation, and an engine is started on it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { EventRecord } from '../../../engine/events/types.js';
import { startSimulator } from '../../../engine/simulator/index.js';
import type { Played } from '../judge/play.js';
import { chosen, Random } from '../random.js';
import type { ChaosReport, Violation } from '../report.js';
import type { SeriesOptions } from './options.js';
import { diskAfterCut, type Weather } from './power/disk.js';
import { type CutFound, judgeCut } from './power/judge-cut.js';
import { afterBoot, compileRecorder, type Recorder, recording } from './power/recorder.js';
import { type Operation, readTrace } from './power/trace.js';
import { prepareFolder, type TrialFolder, trialFolder } from './trial/folders.js';
import { pause } from './trial/kill-again.js';
import { playOnce } from './trial/play-once.js';
import { startEngine } from './trial/running.js';
import type { TrialLine, TrialSettings } from './trial/settings.js';
import { shareTrials } from './trial/workers.js';

const WORKERS = 2;
const CAMERAS = 3;
const RECORD_MS = 12_000;
/** Cuts of one recorded run. */
const CUTS_PER_RUN = 20;
const CLIPS = 'media/clips';
const SEEN = 'seen.jsonl';
/** Not on the disk: SQLite's shared memory, and what the trial itself writes. */
const NOT_DATA = /-shm$|\.trace$|^seen\.jsonl$/;

interface Found extends CutFound {
  cuts: number;
  synced: number;
}

export const run = async ({ count, seed, log, workers = WORKERS }: SeriesOptions): Promise<ChaosReport> => {
  const simulator = await startSimulator({ scenes: ['motion'], count: CAMERAS, size: '320x240', bitrate: 200_000 });
  const found: Found = {
    cuts: 0,
    synced: 0,
    violations: [],
    forgotten: 0,
    unknownFiles: 0,
    tornClips: 0,
    lostSeconds: [],
  };
  const player = playOnce();
  try {
    const cameras = simulator.cameras.map(({ url }) => url);
    await shareTrials(Math.ceil(count / CUTS_PER_RUN), workers, async (worker, take) => {
      const random = new Random(seed + worker);
      for (let batch = take(); batch !== undefined; batch = take()) {
        const cuts = Math.min(CUTS_PER_RUN, count - batch * CUTS_PER_RUN);
        // Every second run syncs each batch of events.
        await cutOneRun(cameras, cuts, batch % 2 === 1, random, player, found, log);
      }
    });
  } finally {
    await simulator.stop();
  }
  return reportOf(found);
};

const cutOneRun = async (
  cameras: readonly string[],
  cuts: number,
  synced: boolean,
  random: Random,
  player: (path: string) => Promise<Played>,
  found: Found,
  log: (line: string) => void,
): Promise<void> => {
  const folder = await trialFolder('power');
  const { dataDir } = folder;
  const settings: TrialSettings = {
    dataDir,
    cameras,
    clipSeconds: 2,
    preRollSeconds: 0,
    pauseMs: 100,
    staggerMs: 400,
    synchronous: synced ? 'full' : 'normal',
  };
  await prepareFolder(settings);
  mkdirSync(join(dataDir, CLIPS), { recursive: true });
  const before = filesOf(dataDir);
  const recorder = await compileRecorder(folder.path, dataDir, CLIPS);
  const operations = await record(settings, recorder, join(folder.path, 'trace'));
  log(
    `${operations.length} operations recorded; ${cuts} cuts, ${synced ? 'every' : 'not every'} batch of events synced`,
  );
  const all: Violation[] = [];
  for (let n = 0; n < cuts; n++) {
    const cut = 1 + random.below(operations.length);
    const weather = anyWeather(random);
    const files = diskAfterCut(before, operations, cut, weather, random);
    writeDisk(dataDir, files);
    const boot = afterBoot(recorder, join(folder.path, 'boot-id'), `boot-${n}`);
    const cutFound = await startAndJudge(settings, boot, {
      seen: seenBy(operations.slice(0, cut)),
      atMs: (operations[cut - 1]?.micros ?? 0) / 1000,
      synced,
      player,
    });
    const told = `cut ${cut} of ${operations.length}, ${shown(weather)}${synced ? ', synced' : ''}`;
    const violations = cutFound.violations.map(({ rule, what }) => ({ rule, what: `${told}: ${what}` }));
    if (violations.length > 0) keepDisk(folder, n, files);
    all.push(...violations);
    found.cuts++;
    if (synced) found.synced++;
    found.forgotten += cutFound.forgotten;
    found.unknownFiles += cutFound.unknownFiles;
    found.tornClips += cutFound.tornClips;
    found.lostSeconds.push(...cutFound.lostSeconds);
  }
  found.violations.push(...all);
  await folder.settle(all, log);
};

const record = async (settings: TrialSettings, recorder: Recorder, keptTrace: string): Promise<Operation[]> => {
  const seenFile = join(settings.dataDir, SEEN);
  const engine = startEngine({ ...settings, seenFile, sandbox: 'none' }, recording(recorder));
  await engine.ready;
  await Promise.race([pause(RECORD_MS), engine.ended]);
  if (engine.over) throw new Error(`the engine ended by itself:\n${engine.log()}`);
  await engine.kill();
  const trace = readFileSync(recorder.trace);
  // The data folder is about to be written anew.
  writeFileSync(keptTrace, trace);
  return readTrace(trace);
};

const anyWeather = (random: Random): Weather => ({
  names: chosen(['ordered', 'any'], random.next())!,
  kept: chosen([0, 0.5, 0.9, 1], random.next())!,
  torn: chosen([0, 512, 4096], random.next())!,
});

const shown = ({ names, kept, torn }: Weather): string => `names ${names}, kept ${kept}, torn ${torn}`;

const startAndJudge = async (
  settings: TrialSettings,
  env: NodeJS.ProcessEnv,
  cut: Omit<Parameters<typeof judgeCut>[0], 'dataDir'>,
): Promise<CutFound> => {
  const engine = startEngine({ ...settings, resume: false }, env);
  try {
    await engine.ready;
    await engine.stop();
  } catch (error) {
    await engine.kill();
    const violations = [{ rule: 'engine.start', what: String(error) }];
    return { violations, forgotten: 0, unknownFiles: 0, tornClips: 0, lostSeconds: [] };
  }
  return judgeCut({ ...cut, dataDir: settings.dataDir });
};

/** The trial writes each event that it sees to a file of the same trace, so that both have one order. */
const seenBy = (operations: readonly Operation[]): EventRecord[] => {
  const file = operations.find((one) => 'path' in one && one.path === SEEN);
  if (file === undefined || !('inode' in file)) return [];
  return operations
    .flatMap((one) => (one.kind === 'write' && one.inode === file.inode ? [one.data.toString('utf8')] : []))
    .map((text) => JSON.parse(text) as TrialLine<EventRecord>)
    .flatMap((line) => ('event' in line ? [line.event] : []));
};

const filesOf = (root: string): Map<string, Buffer> => {
  const files = new Map<string, Buffer>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !NOT_DATA.test(entry.name)) files.set(relative(root, path), readFileSync(path));
  }
  return files;
};

const writeDisk = (root: string, files: ReadonlyMap<string, Buffer>): void => {
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, CLIPS), { recursive: true });
  for (const [path, bytes] of files) {
    if (NOT_DATA.test(path)) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), bytes);
  }
};

/** The disk as the engine found it, for a look at it. */
const keepDisk = (folder: TrialFolder, n: number, files: ReadonlyMap<string, Buffer>): void =>
  writeDisk(join(folder.path, `cut-${n}`), files);

const reportOf = ({
  cuts,
  synced,
  violations,
  forgotten,
  unknownFiles,
  tornClips,
  lostSeconds,
}: Found): ChaosReport => {
  const sorted = [...lostSeconds].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2);
  return {
    lines: [
      `${cuts} cuts, ${synced} of them with every batch of events synced`,
      `${forgotten} events that had been seen were gone; ${unknownFiles} files had lost their row`,
      `seconds missing in ${sorted.length} open clips: median ${at(0.5)}, most ${at(1)}; nothing plays of ${tornClips}`,
    ],
    violations,
    rows: [
      {
        tried: 'power cut: unsynced writes lost, torn or out of order',
        count: cuts,
        lost: `${forgotten} of the last events, where not every batch is synced; at most ${at(1)} s of an open clip`,
        violations: violations.length,
      },
    ],
  };
};

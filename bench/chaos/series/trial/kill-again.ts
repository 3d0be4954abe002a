import type { EventRecord } from '../../../../engine/events/types.js';
import { type SimulatorOptions, startSimulator } from '../../../../engine/simulator/index.js';
import { Random } from '../../random.js';
import type { Violation } from '../../report.js';
import type { SeriesOptions } from '../options.js';
import { closeStories, prepareFolder, trialFolder } from './folders.js';
import { judgeTrial } from './judged.js';
import { hadJustBegun, type Loss, lossesOf } from './losses.js';
import { type RunningEngine, startEngine } from './running.js';
import type { TrialSettings } from './settings.js';
import { shareTrials } from './workers.js';

/** What distinguishes one series of kills from another. */
export interface KillPlan {
  series: string;
  cameras: number;
  settings: Omit<TrialSettings, 'dataDir' | 'cameras'>;
  /** Makes, once for each folder, what resolves when the engine is to be killed. */
  aim(dataDir: string, random: Random): Aim;
}

export interface Aim {
  moment(engine: RunningEngine): Promise<void>;
  close?(): void;
}

export interface KillsFound {
  kills: number;
  clips: number;
  losses: Loss[];
  violations: Violation[];
}

const WORKERS = 3;
/** Newest media that a kill may cost an open clip: one fragment. */
const MOST_LOST_SECONDS = 1;
const SMALL: SimulatorOptions = { scenes: ['motion', 'busy'], size: '320x240', bitrate: 200_000 };

/** Kills `count` engines, shared among workers with a folder each, while the cameras go on; then judges the folders. */
export const killAgain = async (
  plan: KillPlan,
  { count, seed, log, workers = WORKERS }: SeriesOptions,
): Promise<KillsFound> => {
  const simulator = await startSimulator({ ...SMALL, count: plan.cameras });
  const found: KillsFound = { kills: 0, clips: 0, losses: [], violations: [] };
  const began = Date.now();
  const onKill = (): void => {
    if (++found.kills % 50 === 0) log(`${found.kills} kills after ${Math.round((Date.now() - began) / 1000)} s`);
  };
  try {
    const cameras = simulator.cameras.map(({ url }) => url);
    await shareTrials(count, workers, async (worker, take) => {
      await killOneFolder(plan, cameras, new Random(seed + worker), take, found, onKill, log);
    });
  } finally {
    await simulator.stop();
  }
  return found;
};

const killOneFolder = async (
  plan: KillPlan,
  cameras: readonly string[],
  random: Random,
  take: () => number | undefined,
  found: KillsFound,
  onKill: () => void,
  log: (line: string) => void,
): Promise<void> => {
  const folder = await trialFolder(plan.series);
  const settings: TrialSettings = { ...plan.settings, dataDir: folder.dataDir, cameras };
  await prepareFolder(settings);
  const aim = plan.aim(folder.dataDir, random);
  const violations: Violation[] = [];
  const seen: EventRecord[] = [];
  const kills: number[] = [];
  try {
    while (take() !== undefined) {
      const engine = startEngine(settings);
      await Promise.race([aim.moment(engine), engine.ended]);
      if (engine.over) violations.push({ rule: 'engine.ended', what: `by itself: ${engine.log()}` });
      kills.push(await engine.kill());
      seen.push(...engine.seen);
      onKill();
    }
  } finally {
    aim.close?.();
  }
  await closeStories(settings);
  const judged = await judgeTrial({ dataDir: folder.dataDir }, seen);
  const losses = lossesOf(judged.stories, judged.played, kills, settings.clipSeconds);
  for (const loss of losses) {
    const { location, seconds, ageMs } = loss;
    if (seconds > MOST_LOST_SECONDS && !hadJustBegun(loss))
      violations.push({
        rule: 'media.lost',
        what: `${location} lacks ${seconds.toFixed(2)} s that had been received, ${ageMs} ms after its beginning`,
      });
  }
  violations.push(...judged.violations);
  found.clips += judged.stories.length;
  found.losses.push(...losses);
  found.violations.push(...violations);
  await folder.settle(violations, log);
};

/** What is missing at the end of clips, in words. */
export const lossLine = (losses: readonly Loss[]): string => {
  const sorted = losses.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2);
  return `seconds missing at the end of ${losses.length} clips that were cut off: median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}`;
};

/** The same for the table. Of clips that had just begun their pre-roll is missing, too. */
export const mostLost = (losses: readonly Loss[], clips: number): string => {
  const most = (some: readonly Loss[]): string =>
    some.reduce((largest, { seconds }) => Math.max(largest, seconds), 0).toFixed(2);
  const young = losses.filter(hadJustBegun);
  const old = losses.filter((loss) => !hadJustBegun(loss));
  return `at most ${most(old)} s at the end of ${old.length} open clips, ${most(young)} s of ${young.length} that had just begun, of ${clips} clips`;
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

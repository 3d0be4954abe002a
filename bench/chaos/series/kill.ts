/**
 * kill -9 of the engine's process group at a random moment of its start or of its clips, again and again on the same
 * folder, while the cameras go on.
 */

import type { EventRecord } from '../../../engine/events/types.js';
import { AvaEvent } from '../../../engine/index.js';
import { startSimulator } from '../../../engine/simulator/index.js';
import type { ChaosReport, Violation } from '../report.js';
import type { SeriesOptions } from './series.js';
import { closeStories, prepareFolder, trialFolder } from './trial/folders.js';
import { judgeTrial } from './trial/judged.js';
import { type Loss, lossesOf } from './trial/losses.js';
import { randomOf } from './trial/random.js';
import { startEngine } from './trial/running.js';
import type { TrialSettings } from './trial/settings.js';
import { shareTrials } from './trial/workers.js';

const WORKERS = 3;
const CAMERAS = 2;
const CLIP_SECONDS = 2;
/** Newest media that a kill may cost an open clip: one fragment. */
const MOST_LOST_SECONDS = 1;
/** How long the first start is expected to take up to its first clip, before one has been measured. */
const START_GUESS_MS = 2500;

interface Found {
  clips: number;
  cutOff: number;
  beforeFirstClip: number;
  losses: Loss[];
  violations: Violation[];
}

export const run = async ({ count, seed, log, workers = WORKERS }: SeriesOptions): Promise<ChaosReport> => {
  const simulator = await startSimulator({
    scenes: ['motion', 'busy'],
    count: CAMERAS,
    size: '320x240',
    bitrate: 200_000,
  });
  const found: Found = { clips: 0, cutOff: 0, beforeFirstClip: 0, losses: [], violations: [] };
  const began = Date.now();
  let kills = 0;
  try {
    const cameras = simulator.cameras.map(({ url }) => url);
    await shareTrials(count, workers, (worker, take) =>
      killAgain(cameras, seed + worker, take, found, log, () => {
        if (++kills % 50 === 0) log(`${kills} kills after ${Math.round((Date.now() - began) / 1000)} s`);
      }),
    );
  } finally {
    await simulator.stop();
  }
  return reportOf(found, kills);
};

const killAgain = async (
  cameras: readonly string[],
  seed: number,
  take: () => number | undefined,
  found: Found,
  log: (line: string) => void,
  onKill: () => void,
): Promise<void> => {
  const random = randomOf(seed);
  const folder = await trialFolder('kill');
  const settings: TrialSettings = {
    dataDir: folder.dataDir,
    cameras,
    clipSeconds: CLIP_SECONDS,
    preRollSeconds: 0,
    pauseMs: 50,
    staggerMs: 300,
  };
  await prepareFolder(settings);
  const seen: EventRecord[] = [];
  const kills: number[] = [];
  let startMs = START_GUESS_MS;
  while (take() !== undefined) {
    const engine = startEngine(settings);
    let firstClip: number | undefined;
    engine.onEvent(({ eventType }) => {
      if (eventType !== AvaEvent.RecordingStarted || firstClip !== undefined) return;
      firstClip = Date.now() - engine.startedMs;
      startMs += (firstClip - startMs) / 5;
    });
    await Promise.race([pause(random.between(0, startMs + CLIP_SECONDS * 1000)), engine.ended]);
    if (engine.over) found.violations.push({ rule: 'engine.ended', what: `by itself:\n${engine.log()}` });
    kills.push(await engine.kill());
    if (firstClip === undefined) found.beforeFirstClip++;
    seen.push(...engine.seen);
    onKill();
  }
  await closeStories(settings);
  const { violations, stories, played } = await judgeTrial({ dataDir: folder.dataDir }, seen);
  const losses = lossesOf(stories.values(), played, kills, CLIP_SECONDS);
  for (const { location, seconds } of losses) {
    if (seconds > MOST_LOST_SECONDS)
      violations.push({
        rule: 'media.lost',
        what: `${location} lacks ${seconds.toFixed(2)} s of what had been received`,
      });
  }
  found.clips += stories.size;
  found.losses.push(...losses);
  found.violations.push(...violations);
  await folder.settle(violations, log);
};

const reportOf = ({ clips, beforeFirstClip, losses, violations }: Found, kills: number): ChaosReport => {
  const sorted = losses.map(({ seconds }) => seconds).sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2);
  return {
    lines: [
      `${kills} kills, ${beforeFirstClip} of them before the first clip of their run; ${clips} clips`,
      `${losses.length} clips were cut off; seconds missing at their end: median ${at(0.5)}, 99 % ${at(0.99)}, most ${at(1)}`,
    ],
    violations,
    rows: [
      {
        tried: 'kill -9 of the whole process group at a random moment of start and clip',
        count: kills,
        lost: `at most ${at(1)} s at the end of ${losses.length} open clips; nothing else of ${clips} clips`,
        violations: violations.length,
      },
    ],
  };
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

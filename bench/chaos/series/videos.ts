/**
 * kill -9 of the engine's process group at a random moment of recordings to videos, with sound, with and without a gate, again
 * and again on the same folder.
 */
import { hashMedia } from '../judge/media-hashes.js';
import { judgeNumbers } from '../judge/numbers.js';
import { readFolder } from '../judge/read-folder.js';
import { readVideos } from '../judge/read-videos.js';
import { Random } from '../random.js';
import type { ChaosReport, Violation } from '../report.js';
import { startSoundCameras } from '../stage/sound-cameras.js';
import type { SeriesOptions } from './options.js';
import { closeStories, prepareFolder, trialFolder } from './trial/folders.js';
import { judgeLives, type Life, type LivesJudged } from './trial/judge-lives.js';
import { judgeRecordings } from './trial/judge-recordings.js';
import { judgeSeen } from './trial/judged.js';
import { lossLine, mostLost, pause } from './trial/kill-again.js';
import { hadJustBegun } from './trial/losses.js';
import { startEngine } from './trial/running.js';
import type { TrialSettings } from './trial/settings.js';
import { recordsAll } from './trial/topology.js';
import { shareTrials } from './trial/workers.js';

/** Every second one is recorded without a gate. */
const CAMERAS = 4;
const WORKERS = 2;
const CLIP_SECONDS = 2;
/** From the first recording to the kill of the engine, at most: several segments of two seconds, several clips. */
const LIFE_MS = 7000;
/** Newest media that a kill may cost: one fragment. */
const MOST_LOST_SECONDS = 1;
const FIRST_PICTURES_MS = 60_000;

interface Found extends LivesJudged {
  kills: number;
  segments: number;
}

export const run = async ({ count, seed, log, workers = WORKERS }: SeriesOptions): Promise<ChaosReport> => {
  const stage = await trialFolder('videos');
  const cameras = await startSoundCameras(CAMERAS, stage.path);
  const found: Found = {
    ...{ violations: [], losses: [], pictures: 0, sound: 0 },
    ...{ kills: 0, segments: 0 },
  };
  try {
    const camera = await hashMedia(cameras.file, { decode: false });
    await shareTrials(count, Math.min(workers, count), async (worker, take) => {
      const folder = await trialFolder('videos');
      const settings: TrialSettings = {
        ...{ dataDir: folder.dataDir, cameras: cameras.urls, sink: 'video' },
        ...{ clipSeconds: CLIP_SECONDS, preRollSeconds: 1, pauseMs: 50, staggerMs: 200 },
      };
      await prepareFolder(settings);
      const random = new Random(seed + worker);
      const lives: Life[] = [];
      const violations: Violation[] = [];
      while (take() !== undefined) {
        lives.push(await liveAndDie(settings, random, violations));
        found.kills++;
        if (found.kills % 5 === 0) log(`${found.kills} kills`);
      }
      await closeStories(settings);
      violations.push(...(await judge(settings, lives, camera, found)));
      found.violations.push(...violations);
      await folder.settle(violations, log);
    });
  } finally {
    await cameras.stop();
    await stage.settle([], log);
  }
  return reportOf(found);
};

const liveAndDie = async (settings: TrialSettings, random: Random, violations: Violation[]): Promise<Life> => {
  const engine = startEngine(settings);
  const begun = new Promise<void>((resolve) => {
    engine.onEvent(({ eventType }) => {
      if (eventType.endsWith('.RecordingStarted')) resolve();
    });
  });
  await Promise.race([begun, engine.ended, pause(FIRST_PICTURES_MS)]);
  await pause(random.between(0, LIFE_MS));
  if (engine.over) violations.push({ rule: 'engine.ended', what: `by itself: ${engine.log()}` });
  const killedMs = await engine.kill();
  return { startedMs: engine.startedMs, killedMs, seen: engine.seen };
};

const judge = async (
  settings: TrialSettings,
  lives: readonly Life[],
  camera: Parameters<typeof judgeLives>[2],
  found: Found,
): Promise<Violation[]> => {
  const facts = readFolder(settings.dataDir);
  const { segments, violations, openRecordings } = await readVideos(settings.dataDir);
  const judged = judgeLives(lives, segments, camera, {
    clipMs: CLIP_SECONDS * 1000,
    isGated: (video) => !recordsAll(settings, video),
  });
  violations.push(...judged.violations, ...judgeNumbers(facts), ...judgeRecordings(facts.events, openRecordings));
  violations.push(
    ...judgeSeen(
      lives.flatMap(({ seen }) => seen),
      facts.events,
    ),
  );
  for (const loss of judged.losses) {
    const { location, seconds, ageMs } = loss;
    if (seconds > MOST_LOST_SECONDS && !hadJustBegun(loss))
      violations.push({
        rule: 'media.lost',
        what: `${location} lacks ${seconds.toFixed(2)} s, ${ageMs} ms after the recording began`,
      });
  }
  found.losses.push(...judged.losses);
  found.pictures += judged.pictures;
  found.sound += judged.sound;
  found.segments += segments.length;
  // A single life may be over before anything is on the disk.
  if (judged.pictures === 0 && lives.length > 1)
    violations.push({ rule: 'recording.none', what: 'there is not a picture in any video' });
  return violations;
};

const reportOf = (found: Found): ChaosReport => {
  const { kills, segments, pictures, sound, losses, violations } = found;
  return {
    lines: [
      `${kills} kills; ${segments} segments with ${pictures} pictures and ${sound} frames of sound`,
      lossLine(losses),
    ],
    violations,
    rows: [
      {
        tried: 'kill -9 while videos are recorded, with and without a gate, with sound',
        count: kills,
        lost: mostLost(losses, segments)
          .replace(/clips/g, 'recordings')
          .replace(/recordings$/, 'segments'),
        violations: violations.length,
      },
    ],
  };
};

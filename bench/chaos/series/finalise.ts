/** kill -9 within moments after the file of a clip is complete, when its row and its events are still to be written. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AvaEvent } from '../../../engine/index.js';
import { withFile } from '../../../engine/mp4/boxes.js';
import { layoutOf } from '../../../engine/recording/mp4-layout.js';
import type { Random } from '../random.js';
import type { ChaosReport } from '../report.js';
import type { SeriesOptions } from './options.js';
import { type Aim, killAgain, mostLost, pause } from './trial/kill-again.js';
import type { RunningEngine } from './trial/running.js';

const CAMERAS = 4;
/** The signal comes at most so long after the last write of the file. */
const WITHIN_MS = 60;
/** The kill follows one of the first so many clips of a run. */
const FIRST_CLIPS = 3;
const LOOK_EVERY_MS = 5;
const GIVE_UP_MS = 30_000;

export const run = async (options: SeriesOptions): Promise<ChaosReport> => {
  let untold = 0;
  const afterFinalising = (dataDir: string, random: Random): Aim => {
    const finalised = finalisedFiles(join(dataDir, 'media/clips'));
    return {
      close: finalised.close,
      moment: async (engine) => {
        const location = await finalised.next(1 + random.below(FIRST_CLIPS));
        await pause(random.between(0, WITHIN_MS));
        if (location !== undefined && !isTold(engine, location)) untold++;
      },
    };
  };
  const settings = { clipSeconds: 1, preRollSeconds: 0, pauseMs: 100, staggerMs: 220 };
  const plan = { series: 'finalise', cameras: CAMERAS, settings, aim: afterFinalising };
  const { kills, clips, losses, violations } = await killAgain(plan, options);
  return {
    lines: [
      `${kills} kills up to ${WITHIN_MS} ms after the last write of a clip; ${clips} clips`,
      `in ${untold} of them, nobody had been told yet that this clip was complete`,
    ],
    violations,
    rows: [
      {
        tried: `kill -9 up to ${WITHIN_MS} ms after a clip was finalised`,
        count: kills,
        lost: mostLost(losses, clips),
        violations: violations.length,
      },
    ],
  };
};

const isTold = (engine: RunningEngine, location: string): boolean =>
  engine.seen.some(
    ({ eventType, data }) => eventType === AvaEvent.RecordingAvailable && data.outputLocation === location,
  );

/**
 * Looks for files that become complete. Only aims the signal: the judge looks at the files by other means. The system would
 * tell of writes only by the names under which they are made, and of a clip's many small ones at its beginning all too often.
 */
const finalisedFiles = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const known = new Set<string>();
  let listener: (location: string) => void = () => {};
  const timer = setInterval(() => {
    for (const name of readdirSync(folder)) {
      const location = join(folder, name);
      if (known.has(name) || !isFinalised(location)) continue;
      known.add(name);
      listener(location);
    }
  }, LOOK_EVERY_MS);
  return {
    /** Resolves with the n-th file from now on; with undefined if there is none for a long time. */
    next: (n: number): Promise<string | undefined> =>
      new Promise((resolve) => {
        const late = setTimeout(() => resolve(undefined), GIVE_UP_MS);
        let left = n;
        listener = (location) => {
          if (--left > 0) return;
          clearTimeout(late);
          resolve(location);
        };
      }),
    close: () => clearInterval(timer),
  };
};

const isFinalised = (location: string): boolean => {
  try {
    return withFile(location, layoutOf).state === 'finalised';
  } catch {
    return false; // it is gone meanwhile
  }
};

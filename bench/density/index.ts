/**
 * CPU, memory and energy per camera: the engine under its decode policies, beside bare GStreamer, ffmpeg as Frigate runs it, and
 * Motion, on the same simulated cameras in the same run. Options are in about.ts.
 */
import { messageOf } from '../../engine/core/errors.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { runMany } from './many.js';
import { placeOf } from './names.js';
import { checkRecording, planOf } from './options.js';
import { runRecall } from './recall.js';
import { runRecording } from './recording.js';
import { energyMissing, say } from './rounds.js';
import type { Window } from './sampling.js';
import { runCell } from './table.js';

const FULL_WINDOW: Window = { warmUpSeconds: 20, measureSeconds: 20 };
const QUICK_WINDOW: Window = { warmUpSeconds: 6, measureSeconds: 8 };

export const run = async (options: BenchOptions): Promise<BenchResult[]> => {
  if (!options.args.has('recording')) return runSubjects(options);
  checkRecording(options);
  return runRecording(options);
};

const runSubjects = async (options: BenchOptions): Promise<BenchResult[]> => {
  const { parts, sizes, scenes, subjects, rounds, cameras, clips } = planOf(options);
  const { quick } = options;
  const window = quick ? QUICK_WINDOW : FULL_WINDOW;
  const results: BenchResult[] = [];
  if (parts.includes('table')) {
    for (const size of sizes) {
      for (const scene of scenes) {
        const cell = () => runCell({ size, scene, cameras }, subjects, rounds, window);
        results.push(...(await orWhy(placeOf(size.size, scene), cell)));
      }
    }
  }
  if (parts.includes('many')) results.push(...(await orWhy('many cameras', () => runMany(quick, rounds, window))));
  if (parts.includes('table') || parts.includes('many')) results.push(...energyMissing());
  if (parts.includes('recall')) results.push(...(await runRecall(clips, quick ? 1 : 3)));
  const nothing = results.every(({ missing }) => missing !== undefined);
  if (nothing) throw new Error(results[0]?.missing ?? 'nothing was to be measured');
  return unique(results);
};

/** A run takes hours, and what has failed in one part of it says nothing of the others: its row says why it has no figures. */
const orWhy = async (name: string, part: () => Promise<BenchResult[]>): Promise<BenchResult[]> => {
  try {
    return await part();
  } catch (error) {
    const missing = `it failed: ${messageOf(error)}`;
    say(`${name}: ${missing}`);
    return [{ name, metric: 'CPU per camera', value: Number.NaN, unit: '% of a core', missing }];
  }
};

/** Who is missing is missing everywhere, and told of once. */
const unique = (results: readonly BenchResult[]): BenchResult[] =>
  results.filter(
    ({ name, missing }, index) =>
      missing === undefined || results.findIndex((each) => each.name === name && each.missing === missing) === index,
  );

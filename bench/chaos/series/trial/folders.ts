import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Violation } from '../../report.js';
import { startEngine } from './running.js';
import type { TrialSettings } from './settings.js';

/** A folder for one worker of a series. `settle` removes it, or keeps it and says so in the violations. */
export interface TrialFolder {
  readonly path: string;
  readonly dataDir: string;
  settle(violations: readonly Violation[], log: (line: string) => void): Promise<void>;
}

export const trialFolder = async (series: string): Promise<TrialFolder> => {
  const path = await mkdtemp(join(tmpdir(), `sluice-${series}-`));
  return {
    path,
    dataDir: join(path, 'data'),
    settle: async (violations, log) => {
      if (violations.length > 0) log(`kept for a look at what was found: ${path}`);
      else await rm(path, { recursive: true, force: true });
    },
  };
};

/** Makes the live pipelines in an empty data folder, which run again at every start from then on. */
export const prepareFolder = async (settings: TrialSettings): Promise<void> => {
  const engine = startEngine({ ...settings, prepare: true });
  await engine.ready;
  await engine.ended;
};

/** Starts the engine in peace, without its pipelines, so that it closes what the last run has left open; and ends it. */
export const closeStories = async (settings: TrialSettings): Promise<void> => {
  const engine = startEngine({ ...settings, resume: false });
  await engine.ready;
  await engine.stop();
};

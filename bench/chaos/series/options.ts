import type { ChaosReport } from '../report.js';

export interface SeriesOptions {
  /** How often. */
  count: number;
  /** Decides everything that is random. */
  seed: number;
  /** How many trials run at the same time, each on a folder of its own. Default: the series' own. */
  workers?: number;
  /** A line about progress. */
  log(line: string): void;
}

/** What a series module exports. */
export interface SeriesModule {
  run(options: SeriesOptions): Promise<ChaosReport>;
}

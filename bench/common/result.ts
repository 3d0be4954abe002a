/** What every suite returns: rows of figures, and what is told with them. */

/** What a figure is to keep, and whether it does. */
export interface Limit {
  /** In words: `at most 60`. */
  is: string;
  verdict: 'met' | 'MISSED' | 'undecided' | 'not measured';
}

export interface BenchResult {
  name: string;
  metric: string;
  /** NaN if it could not be measured. */
  value: number;
  unit: string;
  /** The peer that `ratio` compares with, measured in the same run. */
  versus?: string;
  ratio?: number;
  limit?: Limit;
  /** What says more than the number. */
  said?: string;
  /** Why there is no number, and what to do about it. */
  missing?: string;
}

/** What a suite is told by the command line. */
export interface BenchOptions {
  quick: boolean;
  /** All other `--name value` pairs; a name without a value is 'true'. */
  args: ReadonlyMap<string, string>;
}

/** A suite: a module that exports `run`, which returns its results. */
export interface BenchSuite {
  run(options: BenchOptions): Promise<BenchResult[]>;
}

/** The row with a limit of `most`, and whether its value keeps it. */
export const atMost = (row: BenchResult, most: number): BenchResult => {
  const verdict = Number.isNaN(row.value) ? 'not measured' : row.value <= most ? 'met' : 'MISSED';
  return { ...row, limit: { is: `at most ${Number(most.toPrecision(4))}`, verdict } };
};

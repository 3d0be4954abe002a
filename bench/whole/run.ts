/** All suites, one after the other. What there is so far is written after each, so that nothing gets lost. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SuiteAbout } from '../common/definition.js';
import type { BenchReport } from './report.js';

export interface WholeOptions {
  suites: readonly SuiteAbout[];
  out: string;
  /** Runs one of them; the report is in any case. */
  runSuite: (suite: SuiteAbout, json: string) => Promise<BenchReport>;
  /** Writes what there is. */
  write: (reports: readonly BenchReport[], interrupted: boolean) => void;
  stop: AbortSignal;
}

/** @returns the exit code: 0, 1 if a suite failed, 130 if it was interrupted */
export const runWhole = async ({ suites, out, runSuite, write, stop }: WholeOptions): Promise<number> => {
  mkdirSync(out, { recursive: true });
  const reports: BenchReport[] = [];
  for (const [index, suite] of suites.entries()) {
    if (stop.aborted) break;
    process.stderr.write(`\n== ${suite.name} (${index + 1} of ${suites.length}): ${suite.measures}\n`);
    const json = join(out, `${suite.name}.json`);
    const report = await runSuite(suite, json);
    // It is in the results of all.
    rmSync(json, { force: true });
    reports.push(report);
    if (report.trouble) process.stderr.write(`${suite.name}: ${report.trouble.kind}: ${report.trouble.why}\n`);
    write(reports, stop.aborted);
  }
  if (stop.aborted) return 130;
  return reports.some(({ trouble }) => trouble?.kind === 'failed') ? 1 : 0;
};

/** Whether the machine had other work while something was measured. */
import type { Load } from '../whole/machine.js';
import type { BenchReport } from '../whole/report.js';

/** Of all processors' time. */
const QUIET = 0.05;

/** What others took of the machine, from 0 to 1. */
export const disturbance = ({ others, stolen }: Load): number => Math.min(1, others + stolen);

const worst = ({ load }: BenchReport): number =>
  load ? Math.max(disturbance(load.before), disturbance(load.during)) : Number.NaN;

/** Undefined if nobody looked. */
export const isQuiet = (report: BenchReport): boolean | undefined => (report.load ? worst(report) <= QUIET : undefined);

/** The suites during or before which others took the most, most first. */
export const disturbed = (reports: readonly BenchReport[]): { suite: string; share: number }[] =>
  reports
    .filter((report) => isQuiet(report) === false)
    .map((report) => ({ suite: report.suite, share: worst(report) }))
    .sort((a, b) => b.share - a.share);

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

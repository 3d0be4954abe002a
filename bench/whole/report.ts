/** One suite's results as they are kept: what was measured, on what, and how it went. The file of a whole run holds several. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { BenchResult } from '../common/result.js';
import type { Load, Machine } from './machine.js';

export interface BenchReport {
  suite: string;
  machine: Machine;
  results: BenchResult[];
  quick?: boolean;
  /** In UTC. */
  started?: string;
  seconds?: number;
  load?: { before: Load & { average: number }; during: Load };
  /** How it went, if it did not go well; `missing`: what it needs is not there. */
  trouble?: { kind: 'failed' | 'interrupted' | 'missing' | 'left out'; why: string };
}

/** The file of a whole run. */
export interface WholeRun {
  format: 1;
  /** It ended before all suites had their turn. */
  interrupted?: true;
  reports: BenchReport[];
}

export class UnreadableReport extends Error {}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** JSON has no NaN: a value that could not be measured comes back as null. */
const resultOf = (value: unknown): BenchResult | undefined => {
  if (!isObject(value) || typeof value['name'] !== 'string' || typeof value['metric'] !== 'string') return undefined;
  const number = typeof value['value'] === 'number' ? value['value'] : Number.NaN;
  return { ...(value as unknown as BenchResult), value: number, unit: String(value['unit'] ?? '') };
};

const reportOf = (file: string, value: unknown): BenchReport => {
  if (!isObject(value) || typeof value['suite'] !== 'string' || !Array.isArray(value['results'])) {
    throw new UnreadableReport(`${file} is not a benchmark's JSON: it has no "suite" and "results"`);
  }
  const results = value['results'].map((row, index) => {
    const result = resultOf(row);
    if (!result) throw new UnreadableReport(`${file}: result ${index + 1} has no "name" and "metric"`);
    return result;
  });
  const machine = isObject(value['machine']) ? value['machine'] : { cpu: 'unknown', cores: 0, memoryMiB: 0 };
  return { ...(value as unknown as BenchReport), machine: machine as unknown as Machine, results };
};

/**
 * What `--json` or a whole run has written.
 * @throws UnreadableReport if the file cannot be read or is something else
 */
const readReports = (file: string): BenchReport[] => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UnreadableReport(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (isObject(parsed) && Array.isArray(parsed['reports']))
    return parsed['reports'].map((each) => reportOf(file, each));
  return [reportOf(file, parsed)];
};

/** All of them, the last one of each suite. */
export const readAll = (files: readonly string[]): BenchReport[] => {
  const bySuite = new Map<string, BenchReport>();
  for (const report of files.flatMap(readReports)) bySuite.set(report.suite, report);
  return [...bySuite.values()];
};

/** Whoever looks while it is written sees the one before. */
export const writeWhole = (file: string, text: string): void => {
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
};

export const writeJson = (file: string, value: BenchReport | WholeRun): void =>
  writeWhole(file, `${JSON.stringify(value, null, 1)}\n`);

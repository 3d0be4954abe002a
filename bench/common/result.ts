/** What every suite returns, and the one place that prints and writes it. */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

export interface BenchResult {
  name: string;
  metric: string;
  value: number;
  unit: string;
  /** The peer that `ratio` compares with, measured in the same run. */
  versus?: string;
  ratio?: number;
}

export interface BenchReport {
  suite: string;
  machine: { cpu: string; cores: number; memoryMiB: number; node: string; platform: string };
  results: BenchResult[];
}

/** What a suite is told by the command line. */
export interface BenchOptions {
  quick: boolean;
  /** All other `--name value` pairs; a name without a value is 'true'. */
  args: ReadonlyMap<string, string>;
}

/** A suite: a module that exports `run`, which returns its results or a report that holds them. */
export interface BenchSuite {
  run(options: BenchOptions): Promise<BenchResult[] | { results: BenchResult[] }>;
}

function machine(): BenchReport['machine'] {
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? 'unknown',
    cores: all.length,
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
  };
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '–';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** The results as a table of text. */
export function table(results: readonly BenchResult[]): string {
  const rows = results.map((r) => [
    r.name,
    r.metric,
    shown(r.value),
    r.unit,
    r.ratio === undefined ? '' : `${shown(r.ratio)} × ${r.versus ?? ''}`,
  ]);
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), 0));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')).join('\n');
}

export function writeReport(file: string, suite: string, results: BenchResult[]): void {
  const report: BenchReport = { suite, machine: machine(), results };
  writeFileSync(file, `${JSON.stringify(report, null, 1)}\n`);
}

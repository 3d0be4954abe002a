/** Results as a table of text, for the terminal. */
import { type Direction, metricOf, type SuiteAbout } from './definition.js';
import type { BenchResult } from './result.js';

/** Three figures that count; a dash for what could not be measured. */
export const shown = (value: number): string => {
  if (Number.isNaN(value)) return '–';
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
};

const BETTER: Readonly<Record<Direction, string>> = { less: '↓', more: '↑', neither: '' };

const limitOf = ({ limit }: BenchResult): string => (limit ? ` (${limit.is}): ${limit.verdict}` : '');

const ratioOf = ({ ratio, versus }: BenchResult): string =>
  ratio === undefined ? '' : `${shown(ratio)} × ${versus ?? ''}`;

/** What is meant is said once, below: ↓ less is better, ↑ more is better. */
export const table = (results: readonly BenchResult[], about: Pick<SuiteAbout, 'metrics'>): string => {
  const rows = results.map((row) => [
    row.name,
    `${row.metric}${limitOf(row)}`,
    shown(row.value),
    row.unit,
    BETTER[metricOf(about, row)?.better ?? 'neither'],
    row.missing ? `NOT MEASURED: ${row.missing}` : ratioOf(row),
  ]);
  const widths = [0, 1, 2, 3, 4, 5].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), 0));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, '', '↓ less is better, ↑ more is better'].join('\n');
};

/** Figures of many programs in many situations, each in its place in one table. */
import { fits, type Grid, metricOf, type SuiteAbout } from '../common/definition.js';
import type { BenchResult } from '../common/result.js';
import { shown } from '../common/table.js';
import type { BenchReport } from '../whole/report.js';
import type { Block, Cell } from './blocks.js';
import { figureOf, isWorthless } from './figures.js';

const NONE: Cell = { text: '' };

/** The figure that belongs there; undefined if nobody measured it. */
const resultAt = (
  { results }: BenchReport,
  column: Grid['columns'][number],
  row: Grid['rows'][number],
): BenchResult | undefined =>
  results.find(
    ({ name, metric, value }) =>
      !Number.isNaN(value) &&
      fits(column.metric, metric) !== undefined &&
      fits(column.name, name) !== undefined &&
      row.names.some((glob) => fits(glob, name) !== undefined),
  );

const gridOf = (suite: SuiteAbout, grid: Grid, report: BenchReport): Block[] => {
  const found = grid.rows.map((row) => grid.columns.map((column) => resultAt(report, column, row)));
  const columns = grid.columns.flatMap((_, at) => (found.some((cells) => cells[at]) ? [at] : []));
  if (columns.length === 0) return [];
  const cell = (row: BenchResult | undefined): Cell => {
    if (!row) return NONE;
    // Units are said once, by the head of the column.
    const text = metricOf(suite, row)?.isShare ? figureOf(suite, row) : shown(row.value);
    return { text: isWorthless(suite, row, report) ? `(${text})` : text, isNumber: true };
  };
  const rows = found.flatMap((cells, at): Cell[][] =>
    cells.some(Boolean) ? [[{ text: grid.rows[at]!.label }, ...columns.map((column) => cell(cells[column]))]] : [],
  );
  const head = [grid.head, ...columns.map((column) => grid.columns[column]!.label)];
  const doubtful = rows.some((cells) => cells.some(({ text, isNumber }) => isNumber && text.startsWith('(')));
  const note = doubtful ? `${grid.note} Do not trust what is in brackets: ${suite.proof?.why}.` : grid.note;
  return [
    { kind: 'paragraph', text: note },
    { kind: 'table', caption: grid.title, head, rows },
  ];
};

/** @returns nothing for a grid of which nothing was measured */
export const gridsOf = (suite: SuiteAbout, report: BenchReport): Block[] =>
  (suite.grids ?? []).flatMap((grid) => gridOf(suite, grid, report));

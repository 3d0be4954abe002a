import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fits, labelOf, metricOf } from '../../../bench/common/definition.js';
import { SUITES, suiteOf } from '../../../bench/suites.js';

/** What the suites called their figures when they ran, without the figures: name, metric and unit. */
const ROWS = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../kit/bench-rows.json'), 'utf8')) as Readonly<
  Record<string, readonly (readonly [name: string, metric: string, unit: string])[]>
>;

const rowsOf = (suite: string) => (ROWS[suite] ?? []).map(([name, metric, unit]) => ({ name, metric, unit, value: 1 }));

describe.each(SUITES.map(({ name }) => name))('the definitions of %s', (name) => {
  const suite = suiteOf(name)!;
  const rows = rowsOf(name);

  it('cover every figure that it gives', () => {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter((row) => !metricOf(suite, row))).toEqual([]);
  });

  it('find both sides of every comparison', () => {
    for (const { title, sides, metric } of suite.comparisons) {
      const roles = sides.filter((side) => rows.some((row) => labelOf(side, row, metric) !== undefined));
      expect(
        roles.some(({ role }) => role === 'ours') && roles.some(({ role }) => role !== 'ours'),
        `${title}: found ${roles.map(({ label }) => label).join(', ')}`,
      ).toBe(true);
    }
  });

  it('find something for every column and every row of a grid', () => {
    for (const { title, columns, rows: lines } of suite.grids ?? []) {
      const metrics = suite.metrics.map((metric) => metric.name);
      for (const { metric } of columns) expect(metrics, title).toContain(metric);
      const there = (globs: readonly string[]) =>
        rows.some((row) => globs.some((g) => fits(g, row.name) !== undefined));
      expect(columns.filter(({ name: glob }) => !there([glob])).map(({ label }) => label)).toEqual([]);
      expect(lines.filter(({ names }) => !there(names)).map(({ label }) => label)).toEqual([]);
    }
  });

  it('find every headline', () => {
    const lost = suite.headlines.filter((headline) => !rows.some((row) => labelOf(headline, row, '*') !== undefined));
    expect(lost).toEqual([]);
  });

  it('have nothing twice, and nothing that reads badly', () => {
    const keys = suite.metrics.map((metric) => `${metric.name} ${metric.unit}`);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { meaning } of suite.metrics) expect(meaning).toMatch(/^[A-Z0-9].*\.$/);
    expect(suite.minutes.full).toBeGreaterThanOrEqual(suite.minutes.quick);
  });
});

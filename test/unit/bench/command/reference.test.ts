import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpOfAll, helpOfSuite } from '../../../../bench/command/help.js';
import { withMadeParts } from '../../../../bench/command/reference.js';
import { SUITES } from '../../../../bench/suites.js';

const ROOT = resolve(import.meta.dirname, '../../../..');
const FILE = join(ROOT, 'docs/ref/benchmarks.md');

/** A suite is a folder whose index.ts has `run`. */
const existing = readdirSync(join(ROOT, 'bench'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(ROOT, 'bench', entry.name, 'index.ts')))
  .map(({ name }) => name)
  .sort();

const sourcesOf = (suite: string): string =>
  readdirSync(join(ROOT, 'bench', suite), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(ROOT, 'bench', suite, file), 'utf8'))
    .join('\n');

describe('the suites that exist', () => {
  it('are all listed, once, and no others', () => {
    expect(existing.length).toBeGreaterThan(10);
    expect(SUITES.map(({ name }) => name).sort()).toEqual(existing);
  });

  it('are in the help, each with a line', () => {
    const help = helpOfAll().split('\n');
    for (const { name, measures } of SUITES) {
      expect(help.filter((line) => line.startsWith(`  ${name} `) && line.endsWith(measures))).toHaveLength(1);
    }
  });

  it('have the options that their code reads, and no others', () => {
    for (const suite of SUITES) {
      const read = [...sourcesOf(suite.name).matchAll(/(?:args\.(?:get|has)\(|numberOf\([\w.]+, )'([a-z-]+)'/g)];
      const names = [...new Set(read.map((match) => match[1]!))].sort();
      expect({ [suite.name]: suite.options.map(({ name }) => name).sort() }).toEqual({ [suite.name]: names });
      for (const { name } of suite.options) expect(helpOfSuite(suite)).toContain(`--${name}`);
    }
  });

  it('compare figures that they define', () => {
    for (const { metrics, comparisons } of SUITES) {
      const names = metrics.map(({ name }) => name);
      for (const { metric } of comparisons) expect(names).toContain(metric);
    }
  });
});

describe('docs/ref/benchmarks.md', () => {
  it('says of each suite what the suite says of itself', () => {
    const text = readFileSync(FILE, 'utf8');
    const made = withMadeParts(text);
    // SLUICE_UPDATE_DOCS=1 writes it anew after a suite has changed.
    if (process.env['SLUICE_UPDATE_DOCS']) writeFileSync(FILE, made);
    else expect(text).toBe(made);
  });

  it('has a section for each suite, and for nothing else', () => {
    const headings = [...readFileSync(FILE, 'utf8').matchAll(/^## (.+)$/gm)].map((match) => match[1]!);
    expect(headings.sort()).toEqual(existing);
  });
});

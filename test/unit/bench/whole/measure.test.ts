import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { SuiteAbout } from '../../../../bench/common/definition.js';
import type { BenchResult } from '../../../../bench/common/result.js';
import { suiteOf } from '../../../../bench/suites.js';
import { measureSuite } from '../../../../bench/whole/measure.js';
import { tempDir } from '../../../kit/temp-dir.js';

const ROW: BenchResult = { name: 'a', metric: 'b', value: 1, unit: 'ms' };

const measure = (about: SuiteAbout, run: () => Promise<BenchResult[]>, args: Record<string, string> = {}) => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  return measureSuite(about, async () => ({ run }), { quick: true, args: new Map(Object.entries(args)) });
};

const anything = suiteOf('control')!;

it('reports what was measured, on what, and what else there was to do', async () => {
  const report = await measure(anything, async () => [ROW]);
  expect(report).toMatchObject({ suite: 'control', quick: true, results: [ROW] });
  expect(report.trouble).toBeUndefined();
  expect(report.machine.cores).toBeGreaterThan(0);
  expect(report.machine.os).toMatch(/kernel|\d/);
  expect(report.machine.sluice).toMatch(/^\d+\.\d+/);
  for (const { others, stolen } of [report.load!.before, report.load!.during]) {
    expect(others + stolen).toBeGreaterThanOrEqual(0);
    expect(others).toBeLessThanOrEqual(1);
  }
});

it('reports why a suite failed', async () => {
  const report = await measure(anything, () => Promise.reject(new Error('the camera is gone')));
  expect(report).toMatchObject({ results: [], trouble: { kind: 'failed', why: 'the camera is gone' } });
});

it('does not begin where something is missing, and says what to do', async () => {
  const run = vi.fn(async () => [ROW]);
  const dir = tempDir();
  const tracking = { ...suiteOf('tracking')!, needs: [] };
  const without = await measure(tracking, run, { clips: dir });
  expect(without.trouble).toMatchObject({ kind: 'missing', why: expect.stringMatching(/gt_mot15\.txt.*--clips DIR/) });
  expect(run).not.toHaveBeenCalled();
  expect((await measure(tracking, run, { clips: '/nowhere' })).trouble?.kind).toBe('missing');
  mkdirSync(join(dir, 'clip'));
  writeFileSync(join(dir, 'clip/gt_mot15.txt'), '');
  expect((await measure(tracking, run, { clips: dir })).trouble).toBeUndefined();
});

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { SUITES } from '../../../../bench/suites.js';
import type { BenchReport } from '../../../../bench/whole/report.js';
import { runWhole } from '../../../../bench/whole/run.js';
import { tempDir } from '../../../kit/temp-dir.js';

const THREE = SUITES.slice(0, 3);
const machine = { cpu: 'x', cores: 1, memoryMiB: 1, node: 'v0', platform: 'x' };

const reportOf = (suite: string, kind?: 'failed' | 'missing' | 'interrupted'): BenchReport => ({
  ...{ suite, machine, results: [] },
  ...(kind ? { trouble: { kind, why: 'because' } } : {}),
});

/** Runs three suites. @returns the exit code, and what was written after each */
const run = async (outcome: (index: number, stop: () => void) => BenchReport | Promise<BenchReport>) => {
  const folder = tempDir();
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const stop = new AbortController();
  const written: { suites: string[]; interrupted: boolean }[] = [];
  const out = join(folder, 'a', 'b');
  const code = await runWhole({
    ...{ suites: THREE, out, stop: stop.signal },
    runSuite: async (suite) => outcome(THREE.indexOf(suite), () => stop.abort()),
    write: (reports, interrupted) => written.push({ suites: reports.map(({ suite }) => suite), interrupted }),
  });
  return { code, written, out };
};

const names = (count: number): string[] => THREE.slice(0, count).map(({ name }) => name);

it('goes on after a suite that failed, and says so in the end', async () => {
  const { code, written, out } = await run((n) => reportOf(THREE[n]!.name, n === 0 ? 'failed' : undefined));
  expect(code).toBe(1);
  expect(written.map(({ suites }) => suites)).toEqual([names(1), names(2), names(3)]);
  expect(existsSync(out)).toBe(true);
});

it('takes it for no failure that something is not installed', async () => {
  expect((await run((n) => reportOf(THREE[n]!.name, 'missing'))).code).toBe(0);
});

it('keeps what it has when it is interrupted', async () => {
  const { code, written } = await run((n, stop) => {
    if (n === 1) stop();
    return reportOf(THREE[n]!.name, n === 1 ? 'interrupted' : undefined);
  });
  expect(code).toBe(130);
  expect(written).toEqual([
    { suites: names(1), interrupted: false },
    { suites: names(2), interrupted: true },
  ]);
});

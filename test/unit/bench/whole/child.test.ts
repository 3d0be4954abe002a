import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { suiteOf } from '../../../../bench/suites.js';
import { runInChild } from '../../../../bench/whole/child.js';
import { tempDir } from '../../../kit/temp-dir.js';

const SUITE = suiteOf('latency')!;
const PROGRAM = resolve(import.meta.dirname, '../../../kit/bench-suite.mjs');
const LONG = 600_000;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ');
  } catch {
    return false;
  }
};

/** Runs it; `told` is what it has said so far. */
const start = (what: string, patienceMs = LONG) => {
  const folder = tempDir();
  const stop = new AbortController();
  let told = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    told += String(chunk);
    return true;
  });
  onTestFinished(() => write.mockRestore());
  const report = runInChild(SUITE, {
    ...{ command: [process.execPath, PROGRAM], args: ['--what', what], json: join(folder, 'x.json') },
    ...{ patienceMs, stop: stop.signal },
  });
  return { report, stop: () => stop.abort(), told: () => told };
};

/** Nothing that it started or wrote is left. */
const expectNothingLeft = async (told: string): Promise<void> => {
  const [, pid, dir] = /^left (\d+) (.+)$/m.exec(told)!;
  await expect.poll(() => isAlive(Number(pid)), { timeout: 60_000 }).toBe(false);
  expect(existsSync(dir!)).toBe(false);
};

describe('a suite in a process of its own', () => {
  it('gives what it measured', async () => {
    const run = start('measure');
    const report = await run.report;
    expect(report.trouble).toBeUndefined();
    expect(report.results).toEqual([{ name: 'latency', metric: 'p50', value: Number.NaN, unit: 'ms' }]);
    await expectNothingLeft(run.told());
  });

  it('that crashes gives its last words', async () => {
    const run = start('crash');
    const { trouble, results } = await run.report;
    expect(results).toEqual([]);
    expect(trouble).toMatchObject({ kind: 'failed', why: expect.stringMatching(/^ended by SIG\w+: .*camera is gone/) });
    await expectNothingLeft(run.told());
  });

  it('that does not end is ended', async () => {
    const run = start('hang', 3000);
    expect((await run.report).trouble).toMatchObject({ kind: 'failed', why: expect.stringMatching(/--patience/) });
    await expectNothingLeft(run.told());
  });

  it('is ended when the run is interrupted, even if it does not listen', async () => {
    const run = start('deaf');
    await expect.poll(run.told, { timeout: 60_000 }).toContain('left');
    run.stop();
    expect((await run.report).trouble).toEqual({ kind: 'interrupted', why: 'interrupted' });
    await expectNothingLeft(run.told());
  });

  it('does not begin when the run is over already', async () => {
    const run = start('hang');
    run.stop();
    expect((await run.report).trouble?.kind).toBe('interrupted');
  });
});

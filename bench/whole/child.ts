/** One suite in a process of its own, so that nothing that it does or leaves behind reaches the next one. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SuiteAbout } from '../common/definition.js';
import { machine } from './machine.js';
import { type BenchReport, readAll } from './report.js';

export interface ChildOptions {
  /** The program, with what comes before the suite. */
  command: readonly string[];
  args: readonly string[];
  json: string;
  patienceMs: number;
  /** Ends the suite early. */
  stop: AbortSignal;
}

/** Between asking a suite to end and ending it. */
const GRACE_MS = 10_000;
const LAST_LINES = 3;

type Ending = { kind: 'failed' | 'interrupted'; why: string };

/** All its processes, as a terminal does it. */
const signalGroup = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
};

/** Of a program that has ended badly; where in the code that was says nothing to whoever reads the page. */
const lastWords = (told: string): string =>
  told
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('at ') && !line.startsWith('Node.js v'))
    .slice(-LAST_LINES)
    .join(' / ');

/** A report in any case. Its processes have ended, and its temporary files are gone. */
export const runInChild = async (about: SuiteAbout, options: ChildOptions): Promise<BenchReport> => {
  const { command, args, json, patienceMs, stop } = options;
  rmSync(json, { force: true });
  const [program, ...first] = command;
  const dir = mkdtempSync(join(tmpdir(), 'sluice-suite-'));
  const began = performance.now();
  const child = spawn(program!, [...first, about.name, ...args, '--json', json], {
    stdio: ['ignore', 'inherit', 'pipe'],
    detached: true,
    // Copies of labelled clips are kept from run to run, in the folder that all suites share.
    env: about.needsClips === undefined ? { ...process.env, TMPDIR: dir } : process.env,
  });
  let told = '';
  child.stderr.on('data', (chunk: Buffer) => {
    process.stderr.write(chunk);
    told = (told + chunk.toString('utf8')).slice(-2000);
  });
  let early: Ending | undefined;
  let killing: NodeJS.Timeout | undefined;
  const end = (why: Ending): void => {
    if (child.pid === undefined || early) return;
    early = why;
    const { pid } = child;
    signalGroup(pid, 'SIGINT');
    killing = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  };
  const interrupt = (): void => end({ kind: 'interrupted', why: 'interrupted' });
  stop.addEventListener('abort', interrupt, { once: true });
  if (stop.aborted) interrupt();
  const limit = setTimeout(
    () =>
      end({
        kind: 'failed',
        why: `not over after ${Math.round(patienceMs / 60_000)} minutes; --patience gives it more`,
      }),
    patienceMs,
  );
  const ending = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
    child.once('exit', (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with ${code}`));
  });
  clearTimeout(limit);
  clearTimeout(killing);
  stop.removeEventListener('abort', interrupt);
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  if (early === undefined && existsSync(json)) return readAll([json])[0]!;
  const last = lastWords(told);
  return {
    ...{ suite: about.name, quick: args.includes('--quick'), machine: machine(about.needs), results: [] },
    seconds: Math.round((performance.now() - began) / 100) / 10,
    trouble: early ?? { kind: 'failed', why: last === '' ? ending : `${ending}: ${last}` },
  };
};

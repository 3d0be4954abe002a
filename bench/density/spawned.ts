import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';

const KILL_AFTER_MS = 8_000;

/** A process of a peer; what it says goes into a file in `dir`, so that a failure can be explained. */
export const spawned = (
  command: string,
  args: readonly string[],
  dir: string,
  name: string,
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess => {
  const out = openSync(join(dir, `${name}.log`), 'a');
  return spawn(command, args, { stdio: ['ignore', out, out], env });
};

export const pidOf = (child: ChildProcess): number => {
  if (child.pid === undefined) throw new Error('a process of the benchmark could not be started');
  if (child.exitCode !== null || child.signalCode !== null) {
    throw new Error(
      `${child.spawnargs.slice(0, 2).join(' ')} ended by itself with ${child.signalCode ?? child.exitCode}`,
    );
  }
  return child.pid;
};

export const ended = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await exit;
  clearTimeout(timer);
};

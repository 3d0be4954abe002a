import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from './until.js';

const DIST = resolve(import.meta.dirname, '../../dist');
export const CLI = resolve(DIST, 'engine/cli/main.js');

export interface Program {
  readonly child: ChildProcess;
  /** Everything that it has written to standard output, and to standard error. */
  out(): string;
  err(): string;
  /** Waits until standard output or standard error has this, and returns the match. */
  says(pattern: RegExp, timeoutMs?: number): Promise<RegExpMatchArray>;
  /** Resolves with the exit code, when all output has come. */
  ended(timeoutMs?: number): Promise<number | null>;
}

export interface ProgramOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** For standard input, which is then at its end. */
  input?: string;
}

/** A process in a group of its own, which is gone when the test is over. */
export const startProgram = (command: string, args: readonly string[], options: ProgramOptions = {}): Program => {
  const { env, cwd, input } = options;
  const child = spawn(command, args, { detached: true, stdio: 'pipe', env: { ...process.env, ...env }, cwd });
  const text = { out: '', err: '' };
  let code: number | null | undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text.out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text.err += chunk));
  child.stdin.on('error', () => {});
  if (input !== undefined) child.stdin.end(input);
  child.once('close', (status) => {
    code = status;
  });
  onTestFinished(() => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // the whole group has ended
    }
  });
  const found = (pattern: RegExp) => pattern.exec(text.out) ?? pattern.exec(text.err);
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    says: async (pattern, timeoutMs = 90_000) => {
      await until(String(pattern), () => found(pattern) !== null || code !== undefined, timeoutMs).catch(() => {});
      const match = found(pattern);
      if (match === null) throw new Error(`it has not said ${pattern}, but (exit ${code}):\n${text.out}\n${text.err}`);
      return match;
    },
    ended: async (timeoutMs) => {
      await until('the end', () => code !== undefined, timeoutMs);
      return code!;
    },
  };
};

/** `sluice` as a user starts it. */
export const startSluice = (args: readonly string[], options: ProgramOptions = {}): Program =>
  startProgram(process.execPath, [CLI, ...args], options);

/**
 * The same on a terminal of its own, where standard output and standard error are one. `exec`, since not every shell
 * that `script` takes gives its place to the program: it would stand beside it with the whole command line.
 */
export const startSluiceOnTerminal = (args: readonly string[], options: ProgramOptions = {}): Program => {
  const quoted = [process.execPath, CLI, ...args].map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`).join(' ');
  return startProgram('script', ['-qefc', `exec ${quoted}`, '/dev/null'], options);
};

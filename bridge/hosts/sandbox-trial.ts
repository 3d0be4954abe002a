import { spawnSync } from 'node:child_process';
import type { SandboxLevel, SandboxOptions } from '../types.js';
import { type Confinement, confinements, launchOf } from './confinement.js';
import { findJemalloc } from './host-allocator.js';
import { hostEnvironment } from './host-environment.js';
import { bindingFile, hostEntry, hostFiles } from './host-files.js';
import { type HostUser, hostUser } from './host-user.js';

/** What works here, and why nothing better does. */
export interface Held {
  confinement: Confinement;
  /** One for each way that was tried before, without those that are not installed. */
  failures: readonly string[];
}

const TRIAL_TIMEOUT_MS = 20_000;
/** Reads what a host has to read. A folder of root's that nobody else may enter would keep it from a user of its own. */
const TRIAL = `for (const path of process.argv.slice(1)) require('node:fs').accessSync(path, 4)`;
const known = new Map<string, Held>();

/**
 * The best way to start hosts that works here. Each way is tried once, by really starting a program: whether it works
 * depends on the kernel, its settings, the container around and the rights of files.
 *
 * @throws RangeError for a user that does not exist
 */
export const sandboxHere = ({ user = '', level = 'auto' }: SandboxOptions = {}): Held => {
  const key = `${level} ${user}`;
  const held = known.get(key) ?? tryAll(user, level);
  known.set(key, held);
  return held;
};

/** The user that hosts have, unless it is this process's. */
export const userOf = ({ confinement }: Held): HostUser | undefined =>
  'user' in confinement ? confinement.user : undefined;

const tryAll = (user: string, level: SandboxLevel): Held => {
  const failures: string[] = [];
  if (process.platform === 'linux') {
    for (const confinement of confinements(level, process.getuid?.() === 0, hostUser(user))) {
      const problem = attempt(confinement);
      if (problem === undefined) return { confinement, failures };
      failures.push(`${nameOf(confinement)}: ${problem}`);
    }
  }
  return { confinement: { by: 'nothing' }, failures };
};

const nameOf = (confinement: Confinement): string => {
  const user = 'user' in confinement && confinement.user !== undefined ? ` with user ${confinement.user.uid}` : '';
  return `${confinement.by}${user}`;
};

/** What is wrong with it, or undefined. */
const attempt = (confinement: Confinement): string | undefined => {
  const files = hostFiles();
  const binding = bindingFile();
  const env = hostEnvironment('decode', 1, process.env, findJemalloc());
  const launch = launchOf(confinement, {
    role: 'decode',
    command: [process.execPath, '-e', TRIAL, hostEntry(), ...(binding === undefined ? [] : [binding]), ...files],
    view: { program: files, env },
    seccompFd: 0,
  });
  if (launch === undefined) return 'not installed';
  const { status, signal, stderr, error } = spawnSync(launch.command, launch.args, {
    ...{ cwd: launch.cwd, env, encoding: 'utf8', timeout: TRIAL_TIMEOUT_MS, killSignal: 'SIGKILL' },
    input: launch.seccomp ?? '',
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  if (status === 0) return undefined;
  const said = stderr
    ?.split('\n')
    .find((line) => /bwrap|setpriv|prlimit|Error/.test(line))
    ?.trim();
  return said ?? error?.message ?? `ended with ${signal ?? status}`;
};

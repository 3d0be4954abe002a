import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allocatorEnvironment, findJemalloc } from './host-allocator.js';
import type { HostSettings } from './protocol.js';

/** The program that is started as a host, and its arguments. */
export const hostCommand = (settings: HostSettings): [string, string[]] => {
  const args = ['--max-semi-space-size=1', hostEntry(), JSON.stringify(settings)];
  const leash = leashCommand();
  return leash === undefined ? [process.execPath, args] : [leash[0]!, [...leash.slice(1), process.execPath, ...args]];
};

let leash: readonly string[] | undefined;

/**
 * Started with util-linux's setpriv, a host is killed by the kernel when this process ends, even if the host is too busy
 * to notice that its channel closed. Other programs of that name may lack the option, so it is tried once.
 */
const leashCommand = (): readonly string[] | undefined => {
  if (leash === undefined) {
    const command = ['setpriv', '--pdeathsig', 'KILL', '--'];
    const trial = process.platform === 'linux' ? spawnSync(command[0]!, [...command.slice(1), 'true']) : undefined;
    leash = trial?.status === 0 ? command : [];
  }
  return leash.length > 0 ? leash : undefined;
};

/** Hosts run compiled code; when this file is TypeScript, as in tests, that is the same path under dist/. */
const hostEntry = (): string => {
  const here = import.meta.url;
  return fileURLToPath(
    here.endsWith('.ts') ? new URL('../../dist/bridge/child/main.js', here) : new URL('../child/main.js', here),
  );
};

/** What a host's process is given of this process's environment, and what is added. */
export const hostEnvironment = (slots: number): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...inherited } = process.env;
  // GStreamer's debug output shows requests with their credentials, so it may go only to a file that was asked for.
  if (inherited['GST_DEBUG_FILE'] === undefined) delete inherited['GST_DEBUG'];
  return {
    ...inherited,
    // Each running slot blocks a thread with its bus poll; the rest is for files and DNS.
    UV_THREADPOOL_SIZE: String(slots + 8),
    // Error messages are matched, so they must not be translated.
    LC_ALL: 'C.UTF-8',
    LANGUAGE: 'C',
    ...allocatorEnvironment(inherited, findJemalloc()),
  };
};

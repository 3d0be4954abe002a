import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { SandboxOptions } from '../types.js';
import { launchOf } from './confinement.js';
import { findJemalloc } from './host-allocator.js';
import { hostEnvironment } from './host-environment.js';
import { bindingFile, hostFiles } from './host-files.js';
import { sandboxHere } from './sandbox-trial.js';
import { FOLDER_INSIDE, HOME_INSIDE } from './sandbox-view.js';

/**
 * GStreamer's list of plugins, which takes seconds to make. GStreamer would keep it in the user's home, which a host does
 * not see. So it is made once, by a process that is held like a host and has seen no media; hosts get it to read.
 * Its name says of which plugins it is, so that it is made anew when they change.
 */

/** Where distributions put plugins. */
const FOLDERS = [
  ...['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib/arm-linux-gnueabihf'],
  ...['/usr/lib64', '/usr/lib', '/usr/local/lib', '/usr/local/lib64'],
].map((folder) => join(folder, 'gstreamer-1.0'));
const VARIABLES = [
  ...['GST_PLUGIN_PATH', 'GST_PLUGIN_PATH_1_0', 'GST_PLUGIN_SYSTEM_PATH', 'GST_PLUGIN_SYSTEM_PATH_1_0'],
  ...['GST_PLUGIN_FEATURE_RANK', 'LD_LIBRARY_PATH'],
] as const;

let preparing: ChildProcess | undefined;
let cacheFolder: string | undefined;

/** Its path; undefined while there is none, which the first call starts to make. */
export const pluginRegistry = (options: SandboxOptions): string | undefined => {
  if (sandboxHere(options).confinement.by === 'nothing') return undefined;
  const path = join(folderFor(options), `gstreamer-${fingerprint()}.bin`);
  if (existsSync(path)) return path;
  preparing ??= prepare(path, options);
  return undefined;
};

/** Ends what the first call has started; resolves when it is gone. */
export const stopPreparing = async (): Promise<void> => {
  const child = preparing;
  if (child === undefined) return;
  const gone = new Promise((resolve) => child.once('close', resolve));
  child.ref();
  child.kill('SIGKILL');
  await gone;
};

const fingerprint = (): string => {
  const hash = createHash('sha256');
  const named = VARIABLES.map((name) => process.env[name] ?? '');
  hash.update(JSON.stringify([process.arch, ...named]));
  for (const folder of [...FOLDERS, ...named.flatMap((value) => value.split(':'))].filter(isAbsolute)) {
    for (const entry of entriesOf(folder)) hash.update(entry);
  }
  return hash.digest('hex').slice(0, 16);
};

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => {
        const stats = statSync(join(folder, name), { throwIfNoEntry: false });
        return `${folder}/${name} ${stats?.size} ${stats?.mtimeMs}\n`;
      });
  } catch {
    return [];
  }
};

/** The user's cache, where a later start finds it; or a folder for this process, where the cache cannot be used. */
const folderFor = (options: SandboxOptions): string => {
  const { confinement } = sandboxHere(options);
  const home = process.env['HOME'] === undefined ? undefined : join(process.env['HOME'], '.cache');
  const cache = [process.env['XDG_CACHE_HOME'], home].find((each) => each !== undefined && isAbsolute(each));
  // Without a box hosts go to the file itself, and a user of their own may not get into this user's home.
  const reachable = confinement.by === 'bubblewrap' || !('user' in confinement && confinement.user);
  if (cache !== undefined && reachable) {
    try {
      mkdirSync(join(cache, 'sluice'), { recursive: true, mode: 0o755 });
      return join(cache, 'sluice');
    } catch {
      // Read-only, perhaps.
    }
  }
  if (cacheFolder === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
    cacheFolder = folder;
    chmodSync(folder, 0o755);
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return cacheFolder;
};

const prepare = (path: string, options: SandboxOptions): ChildProcess | undefined => {
  const binding = bindingFile();
  if (binding === undefined) return undefined;
  const { confinement } = sandboxHere(options);
  const user = 'user' in confinement ? confinement.user : undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  // The host's group may make files there; it has to stay ours, because what starts the host goes in first.
  if (user !== undefined) {
    chownSync(folder, 0, user.gid);
    chmodSync(folder, 0o730);
  }
  const files = hostFiles();
  const env = hostEnvironment('decode', 1, process.env, findJemalloc());
  if (confinement.by === 'bubblewrap') env['HOME'] = HOME_INSIDE;
  env['GST_REGISTRY'] = join(confinement.by === 'bubblewrap' ? FOLDER_INSIDE : folder, 'registry.bin');
  const launch = launchOf(confinement, {
    role: 'decode',
    command: [process.execPath, '-e', 'require(process.argv[1])', binding],
    view: { program: files, env, folder },
    seccompFd: 3,
  });
  if (launch === undefined) return undefined;
  const child = spawn(launch.command, launch.args, {
    ...{ cwd: launch.cwd, env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  });
  (child.stdio[3] as Socket | null)?.on('error', () => {}).end(launch.seccomp ?? '');
  child.on('error', () => {});
  child.once('close', (code) => {
    preparing = undefined;
    if (code === 0) keep(join(folder, 'registry.bin'), path);
    rmSync(folder, { recursive: true, force: true });
  });
  child.unref();
  return child;
};

/** In one step, as several engines may do the same. Lists of plugins that are no longer there go. */
const keep = (made: string, path: string): void => {
  try {
    const folder = join(path, '..');
    for (const name of readdirSync(folder)) if (/^gstreamer-[0-9a-f]{16}\.bin$/.test(name)) rmSync(join(folder, name));
    writeFileSync(`${path}.${process.pid}`, readFileSync(made), { mode: 0o644 });
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // Hosts go on making their own.
  }
};

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
import { basename, isAbsolute, join } from 'node:path';
import type { SandboxOptions } from '../types.js';
import { launchOf } from './confinement.js';
import { findJemalloc } from './host-allocator.js';
import { hostEnvironment } from './host-environment.js';
import { bindingFile, hostFiles } from './host-files.js';
import type { HostDevices } from './role-rights.js';
import { sandboxHere } from './sandbox-trial.js';
import { FOLDER_INSIDE, HOME_INSIDE } from './sandbox-view.js';

/**
 * GStreamer's list of plugins, which takes seconds to make. GStreamer would keep it in the user's home, which a host does
 * not see. So it is made once, by a process that is held like a host and has seen no media; hosts get it to read.
 * Its name says of which plugins it is, so that it is made anew when they change.
 *
 * Plugins for hardware list what the devices can do that they find, so hosts with devices have a list of their own.
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

const preparing = new Map<string, ChildProcess>();
/** Beginnings of the names of lists. */
const PLAIN = 'gstreamer-';
const WITH_DEVICES = 'gstreamer-devices-';
/** Where drivers of decoders are; with another one, a device can do other things. */
const DRIVERS = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/dri`);

let cacheFolder: string | undefined;

/** Its path; undefined while there is none, which the first call starts to make. */
export const pluginRegistry = (options: SandboxOptions, devices?: HostDevices): string | undefined => {
  if (sandboxHere(options).confinement.by === 'nothing') return undefined;
  const path = join(folderFor(options), `${devices === undefined ? PLAIN : WITH_DEVICES}${fingerprint(devices)}.bin`);
  if (existsSync(path)) return path;
  if (preparing.has(path)) return undefined;
  const child = prepare(path, options, devices);
  if (child) preparing.set(path, child);
  return undefined;
};

/** Ends what the first calls have started; resolves when it is gone. */
export const stopPreparing = async (): Promise<void> => {
  await Promise.all(
    [...preparing.values()].map((child) => {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.ref();
      child.kill('SIGKILL');
      return gone;
    }),
  );
};

const fingerprint = (devices: HostDevices | undefined): string => {
  const hash = createHash('sha256');
  const named = VARIABLES.map((name) => process.env[name] ?? '');
  hash.update(JSON.stringify([process.arch, ...named]));
  if (devices !== undefined) hash.update(JSON.stringify([devices.nodes, ...DRIVERS.flatMap(entriesOf)]));
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

const prepare = (path: string, options: SandboxOptions, devices: HostDevices | undefined): ChildProcess | undefined => {
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
  const env = hostEnvironment('decode', 1, process.env, findJemalloc(), devices !== undefined);
  if (confinement.by === 'bubblewrap') env['HOME'] = HOME_INSIDE;
  env['GST_REGISTRY'] = join(confinement.by === 'bubblewrap' ? FOLDER_INSIDE : folder, 'registry.bin');
  const launch = launchOf(confinement, {
    role: 'decode',
    command: [process.execPath, '-e', 'require(process.argv[1])', binding],
    view: { program: files, env, folder, ...(devices === undefined ? {} : { devices }) },
    seccompFd: 3,
  });
  if (launch === undefined) return undefined;
  const child = spawn(launch.command, launch.args, {
    ...{ cwd: launch.cwd, env, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  });
  (child.stdio[3] as Socket | null)?.on('error', () => {}).end(launch.seccomp ?? '');
  child.on('error', () => {});
  child.once('close', (code) => {
    preparing.delete(path);
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
    const older = basename(path).startsWith(WITH_DEVICES)
      ? /^gstreamer-devices-[0-9a-f]{16}\.bin$/
      : /^gstreamer-[0-9a-f]{16}\.bin$/;
    for (const name of readdirSync(folder)) if (older.test(name)) rmSync(join(folder, name));
    writeFileSync(`${path}.${process.pid}`, readFileSync(made), { mode: 0o644 });
    renameSync(`${path}.${process.pid}`, path);
  } catch {
    // Hosts go on making their own.
  }
};

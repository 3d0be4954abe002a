import { closeSync, fchownSync, openSync } from 'node:fs';
import type { SandboxOptions } from '../types.js';
import { type Confined, type Launch, launchOf } from './confinement.js';
import { findJemalloc } from './host-allocator.js';
import { hostEnvironment } from './host-environment.js';
import { hostEntry, hostFiles } from './host-files.js';
import { pluginRegistry } from './plugin-registry.js';
import { fdBehindLanes, type HostSettings } from './protocol.js';
import { type HostDevices, ROLE_RIGHTS } from './role-rights.js';
import { type Held, sandboxHere } from './sandbox-trial.js';
import { HOME_INSIDE, REGISTRY_INSIDE, SCRATCH_REGISTRY_INSIDE } from './sandbox-view.js';

export interface HostCommand extends Launch {
  env: NodeJS.ProcessEnv;
}

/** Another program in a host's place, for tests of what holds it. It is started with everything that a host is. */
export interface Substitute {
  /** A script for Node.js. */
  entry: string;
  /** What it has to see besides. */
  files: readonly string[];
}

/** What holds a host, and the devices that it gets if its role may have some. */
export interface HostOptions extends SandboxOptions {
  devices?: HostDevices;
}

/** How a host is started: the program and its arguments, in what holds it. */
export const hostCommand = (settings: HostSettings, options: HostOptions, substitute?: Substitute): HostCommand => {
  const { role, slots } = settings;
  const { confinement } = sandboxHere(options);
  const entry = substitute?.entry ?? hostEntry();
  const devices = ROLE_RIGHTS[role].devices ? options.devices : undefined;
  const env = hostEnvironment(role, slots, process.env, findJemalloc(), devices !== undefined);
  const registry = pluginRegistry(options, devices);
  const boxed = confinement.by === 'bubblewrap';
  const debugFile = lendDebugFile(env, confinement);
  Object.assign(env, boxed ? { HOME: HOME_INSIDE } : {}, registryVariables(registry, boxed));
  const confined: Confined = {
    role,
    command: [process.execPath, '--max-semi-space-size=1', entry, JSON.stringify(settings)],
    view: {
      program: [...hostFiles(), ...(substitute === undefined ? [] : [entry, ...substitute.files])],
      env,
      ...(registry === undefined ? {} : { registry }),
      ...(debugFile === undefined ? {} : { debugFile }),
      ...(devices === undefined ? {} : { devices }),
    },
    seccompFd: fdBehindLanes(role, slots),
  };
  const launch = launchOf(confinement, confined);
  // It was there when it was tried.
  if (launch === undefined) throw new Error(`${confinement.by} is gone`);
  return { ...launch, env };
};

const registryVariables = (registry: string | undefined, boxed: boolean): NodeJS.ProcessEnv => {
  // In a box nothing is kept from one host to the next: without our list each makes its own.
  if (registry === undefined) return boxed ? { GST_REGISTRY: SCRATCH_REGISTRY_INSIDE } : {};
  return { GST_REGISTRY: boxed ? REGISTRY_INSIDE : registry, GST_REGISTRY_UPDATE: 'no' };
};

/** All hosts append to the one file. Without it there is no debug output: it must not come out anywhere else. */
const lendDebugFile = (env: NodeJS.ProcessEnv, confinement: Held['confinement']): string | undefined => {
  const path = env['GST_DEBUG_FILE'];
  if (path === undefined) return undefined;
  try {
    const file = openSync(path, 'a', 0o600);
    if ('user' in confinement && confinement.user) fchownSync(file, confinement.user.uid, confinement.user.gid);
    closeSync(file);
    return path;
  } catch {
    delete env['GST_DEBUG'];
    delete env['GST_DEBUG_FILE'];
    return undefined;
  }
};

import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { PATH_VARIABLES } from './host-environment.js';
import type { HostDevices, RoleRights } from './role-rights.js';

/** The files that a process in a sandbox sees, as arguments of bubblewrap. Everything that is not named is not there. */

/** Where the folder is in which the list of plugins is made. */
export const FOLDER_INSIDE = '/list';
/** Where GStreamer's list of plugins is. */
export const REGISTRY_INSIDE = '/gstreamer-registry.bin';
/** Empty, and gone with the host. */
export const HOME_INSIDE = '/tmp';
/** Where a host makes its own, while there is none. */
export const SCRATCH_REGISTRY_INSIDE = '/tmp/registry.bin';

/** Libraries; with merged /usr those at the root are links. No programs: a host starts none. */
const LIBRARIES = [
  ...['/usr/lib', '/usr/lib32', '/usr/lib64', '/usr/libx32', '/usr/libexec', '/usr/local/lib', '/usr/share/zoneinfo'],
  ...['/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/gnu/store'],
];
/** GLib ends the process when it looks for settings and there are no schemas at all. */
const CONFIGURATION = ['/usr/share/glib-2.0/schemas', '/etc/ld.so.cache', '/etc/alternatives', '/etc/localtime'];
const CERTIFICATES = [
  ...[
    '/etc/ssl/certs',
    '/etc/ssl/cert.pem',
    '/etc/pki/tls/certs',
    '/etc/pki/ca-trust/extracted',
    '/etc/ca-certificates',
  ],
  ...['/usr/share/ca-certificates', '/usr/local/share/ca-certificates'],
];
/** Where drivers look up what a device node is; what is there can only be read. */
const DEVICE_FACTS = ['/sys/dev/char', '/sys/devices', '/sys/class', '/sys/bus', '/sys/module', '/run/udev/data'];
const SCRATCH_BYTES = 64 * 1024 * 1024;

export interface View {
  rights: RoleRights;
  /** Absolute paths of the program's own files: programs that are started, scripts, modules. */
  program: readonly string[];
  env: NodeJS.ProcessEnv;
  /** What it may write to; hosts have none. */
  folder?: string;
  /** Our list of GStreamer's plugins. */
  registry?: string;
  /** A file that the host may append to. */
  debugFile?: string;
  devices?: HostDevices;
}

export const viewArguments = ({ rights, program, env, folder, registry, debugFile, devices }: View): string[] => {
  const binds = new Binds();
  binds.raw('--proc', '/proc', '--dev', '/dev');
  binds.raw('--perms', '1777', '--size', String(SCRATCH_BYTES), '--tmpfs', '/tmp');
  for (const path of [...LIBRARIES, ...CONFIGURATION]) binds.show(path);
  if (rights.files === 'certificates') for (const path of CERTIFICATES) binds.show(path);
  for (const path of [...pathsIn(env), ...program]) binds.show(path);
  if (registry !== undefined) binds.bind('--ro-bind', registry, REGISTRY_INSIDE);
  if (rights.devices && devices !== undefined) {
    for (const path of DEVICE_FACTS) binds.show(path);
    for (const path of devices.nodes) binds.bind('--dev-bind', path, path);
  }
  if (debugFile !== undefined) binds.bind('--bind', debugFile, debugFile);
  if (folder !== undefined) binds.bind('--bind', folder, FOLDER_INSIDE);
  return [...binds.list, '--remount-ro', '/', '--chdir', folder === undefined ? '/' : FOLDER_INSIDE];
};

const pathsIn = (env: NodeJS.ProcessEnv): string[] =>
  PATH_VARIABLES.flatMap((name) => env[name]?.split(':') ?? []).filter(isAbsolute);

class Binds {
  readonly list: string[] = [];
  readonly #made = new Set<string>(['/', '/tmp', '/dev', '/proc']);
  readonly #shown: string[] = [];

  raw(...words: string[]): void {
    this.list.push(...words);
  }

  /** Shows a file or folder where it is. A link stays one, and what it leads to is shown as well. */
  show(path: string): void {
    if (!existsSync(path) || this.#isShown(path)) return;
    const real = realpathSync(path);
    if (real === path) {
      this.bind('--ro-bind', path, path);
      this.#shown.push(path);
      return;
    }
    // A link that is given as a file is what a program asks for by that name; one on the way to it is made a folder.
    if (lstatSync(path).isSymbolicLink() && !path.startsWith('/etc/')) {
      this.show(real);
      this.#parents(path);
      this.raw('--symlink', linkTarget(path), path);
    } else {
      this.bind('--ro-bind', real, path);
    }
    this.#shown.push(path);
  }

  bind(kind: '--bind' | '--ro-bind' | '--dev-bind', source: string, target: string): void {
    this.#parents(target);
    this.raw(kind, source, target);
  }

  /** Bubblewrap would make them for root alone. */
  #parents(path: string): void {
    const parent = dirname(path);
    if (this.#made.has(parent) || this.#isShown(parent)) return;
    this.#parents(parent);
    this.#made.add(parent);
    this.raw('--perms', '0755', '--dir', parent);
  }

  #isShown(path: string): boolean {
    return this.#shown.some((each) => path === each || path.startsWith(`${each}/`));
  }
}

/** As it is written if it leads to the end at once, otherwise where it leads in the end. */
const linkTarget = (path: string): string => {
  const written = readlinkSync(path);
  const real = realpathSync(path);
  return join(dirname(path), written) === real ? written : real;
};

import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { SandboxLevel } from '../types.js';
import type { HostUser } from './host-user.js';
import type { Role } from './protocol.js';
import { ROLE_RIGHTS } from './role-rights.js';
import { type View, viewArguments } from './sandbox-view.js';
import { seccompProgram } from './seccomp.js';

/** A way to start hosts that holds them more or less. Which of them works here is found out by sandbox-trial.ts. */
export type Confinement =
  /** Namespaces, files of their own, a filter of system calls; and all that setpriv does. */
  | { by: 'bubblewrap'; user?: HostUser; userNamespace: boolean }
  /** No capabilities, no way to gain any. */
  | { by: 'setpriv'; user?: HostUser }
  /** Ends with the engine, and nothing else. */
  | { by: 'leash' }
  | { by: 'nothing' };

/** The best first. The last always works. */
export const confinements = (level: SandboxLevel, root: boolean, user: HostUser | undefined): Confinement[] => {
  const own = user === undefined ? [] : [user];
  const bubblewrap: Confinement[] = [
    ...own.map((each) => ({ by: 'bubblewrap' as const, user: each, userNamespace: false })),
    ...(root ? [{ by: 'bubblewrap' as const, userNamespace: false }] : []),
    { by: 'bubblewrap', userNamespace: true },
  ];
  const setpriv: Confinement[] = [...own.map((each) => ({ by: 'setpriv' as const, user: each })), { by: 'setpriv' }];
  return [
    ...(level === 'auto' ? bubblewrap : []),
    ...(level === 'none' ? [] : setpriv),
    { by: 'leash' },
    { by: 'nothing' },
  ];
};

export interface Confined {
  role: Role;
  /** Absolute path of the program, and its arguments. */
  command: readonly [string, ...string[]];
  view: Omit<View, 'rights'>;
  /** The descriptor from which the filter of system calls is read. */
  seccompFd: number;
}

export interface Launch {
  command: string;
  args: string[];
  /** What is to be written to `seccompFd`. */
  seccomp?: Buffer;
  cwd: string;
  /** Processes between the one that is started and the program. */
  wrappers: 0 | 2;
}

/** Undefined when a program that it takes is not installed. */
export const launchOf = (confinement: Confinement, confined: Confined): Launch | undefined => {
  const cwd = confined.view.folder ?? '/';
  const [command, ...args] = confined.command;
  switch (confinement.by) {
    case 'nothing':
      return { command, args, cwd, wrappers: 0 };
    case 'leash': {
      const setpriv = findProgram('setpriv');
      if (setpriv === undefined) return undefined;
      return { command: setpriv, args: ['--pdeathsig', 'KILL', '--', command, ...args], cwd, wrappers: 0 };
    }
    case 'setpriv': {
      const words = stripped(confinement.user, process.getuid?.() === 0, groupsOf(confined));
      if (words === undefined) return undefined;
      return { command: words[0]!, args: [...words.slice(1), command, ...args], cwd, wrappers: 0 };
    }
    case 'bubblewrap':
      return inBubblewrap(confinement, confined);
  }
};

const groupsOf = ({ role, view }: Confined): readonly number[] =>
  ROLE_RIGHTS[role].devices ? (view.devices?.groups ?? []) : [];

/**
 * What takes every capability, and the way to new ones, from the program that follows; and leaves no memory of it on
 * disk, where a camera's password could be read. `bounding`: whether this may also empty the bounding set.
 */
const stripped = (user: HostUser | undefined, bounding: boolean, groups: readonly number[]): string[] | undefined => {
  const setpriv = findProgram('setpriv');
  const prlimit = findProgram('prlimit');
  if (setpriv === undefined || prlimit === undefined) return undefined;
  return [
    ...[prlimit, '--core=0:0', '--'],
    ...[setpriv, '--no-new-privs', '--inh-caps=-all', '--ambient-caps=-all'],
    ...(bounding ? ['--bounding-set=-all'] : []),
    ...(user === undefined ? [] : ['--reuid', String(user.uid), '--regid', String(user.gid)]),
    // Another user gets at devices through their groups; this process's own user has those that it needs.
    ...(user === undefined ? [] : groups.length === 0 ? ['--clear-groups'] : ['--groups', groups.join()]),
    ...['--pdeathsig', 'KILL', '--'],
  ];
};

/**
 * A signal to the whole group, as a terminal sends it, must not end bubblewrap: the engine still needs its host then. What ignores
 * a signal hands that on to the program that it becomes.
 */
const DEAF = ['-c', 'trap "" INT TERM HUP; exec "$@"', 'sh'];
const NAMESPACES = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-net', '--unshare-cgroup-try'];

const inBubblewrap = (
  confinement: Extract<Confinement, { by: 'bubblewrap' }>,
  confined: Confined,
): Launch | undefined => {
  const bwrap = findProgram('bwrap');
  const { user } = confinement;
  const inside = stripped(user, true, groupsOf(confined));
  if (bwrap === undefined || inside === undefined) return undefined;
  const rights = ROLE_RIGHTS[confined.role];
  const seccomp = seccompProgram();
  const programs = [...confined.command.slice(0, 1), ...inside.filter((word) => word.startsWith('/'))];
  const view = { ...confined.view, rights, program: [...confined.view.program, ...programs] };
  // Setpriv needs these to switch the user and to give up the rest; they are gone when the program starts.
  const kept = ['CAP_SETPCAP', ...(user === undefined ? [] : ['CAP_SETUID', 'CAP_SETGID'])];
  const args = [
    ...NAMESPACES,
    ...(confinement.userNamespace ? ['--unshare-user'] : []),
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL'],
    ...kept.flatMap((capability) => ['--cap-add', capability]),
    ...viewArguments(view),
    ...(seccomp === undefined ? [] : ['--seccomp', String(confined.seccompFd)]),
  ];
  return {
    command: '/bin/sh',
    args: [...DEAF, bwrap, ...args, '--', ...inside, ...confined.command],
    cwd: '/',
    wrappers: 2,
    ...(seccomp === undefined ? {} : { seccomp }),
  };
};

const FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const found = new Map<string, string | undefined>();

/** Looked for where systems have it, and not on the PATH, which others may have set. */
const findProgram = (name: string): string | undefined => {
  if (!found.has(name)) {
    found.set(
      name,
      FOLDERS.map((folder) => join(folder, name)).find((path) => {
        try {
          accessSync(path, constants.X_OK);
          return true;
        } catch {
          return false;
        }
      }),
    );
  }
  return found.get(name);
};

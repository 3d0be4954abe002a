import type { HostStats, SandboxOptions } from '../types.js';
import { ROLE_RIGHTS } from './role-rights.js';
import { type Held, sandboxHere, userOf } from './sandbox-trial.js';
import { seccompProgram } from './seccomp.js';

/** What holds the hosts of one role on this machine. Their environment is always the short list. */
export interface HeldHosts {
  role: HostStats['role'];
  by: Held['confinement']['by'];
  uid: number;
  noNewPrivileges: boolean;
  capabilities: 'none' | 'inherited';
  /** Whether system calls are filtered. */
  seccomp: boolean;
  files: 'program' | 'program, certificates' | 'everything';
  /** `none`: no socket but the ones that it is given. */
  network: 'none' | 'full';
  /** What does not hold, although it could. Empty when all is as it should be. */
  weak: readonly string[];
}

export interface SandboxReport {
  hosts: readonly HeldHosts[];
  /** Why what holds better was not taken. */
  failures: readonly string[];
}

/** @throws RangeError for a user that does not exist */
export const sandboxReport = (options: SandboxOptions = {}): SandboxReport => {
  const held = sandboxHere(options);
  return {
    hosts: (['ingest', 'decode'] as const).map((role) => heldAs(role, held)),
    failures: held.failures,
  };
};

const FILES = { none: 'program', certificates: 'program, certificates' } as const;

const heldAs = (role: HostStats['role'], held: Held): HeldHosts => {
  const { by } = held.confinement;
  const rights = ROLE_RIGHTS[role];
  const boxed = by === 'bubblewrap';
  const stripped = boxed || by === 'setpriv';
  const own = process.getuid?.() ?? 0;
  const uid = userOf(held)?.uid ?? own;
  const seccomp = boxed && seccompProgram() !== undefined;
  const weak = [
    ...(stripped ? [] : ['it keeps every right of the engine']),
    ...(uid === 0 ? ['it is root'] : []),
    ...(boxed ? [] : ['it sees every file and process that its user may see', 'it reaches the network']),
    ...(boxed && !seccomp ? ['system calls are not filtered on this processor'] : []),
  ];
  return {
    ...{ role, by, uid, weak, seccomp, noNewPrivileges: stripped, capabilities: stripped ? 'none' : 'inherited' },
    files: boxed ? FILES[rights.files] : 'everything',
    network: boxed ? 'none' : 'full',
  };
};

import type { Role } from './protocol.js';

/** What the hosts of one role may reach. Whatever is not listed here they get nothing of. */
export interface RoleRights {
  /** None writes any. `certificates`: the roots that TLS trusts. */
  readonly files: 'none' | 'certificates';
  /** Whether it may be given device nodes: those of decoders, where some work here. */
  readonly devices: boolean;
}

/** Devices for hosts that decode with hardware. */
export interface HostDevices {
  /** Paths of device nodes. */
  readonly nodes: readonly string[];
  /** The groups to which they belong. */
  readonly groups: readonly number[];
}

export const ROLE_RIGHTS: Readonly<Record<Role, RoleRights>> = {
  ingest: { files: 'certificates', devices: false },
  decode: { files: 'none', devices: true },
};

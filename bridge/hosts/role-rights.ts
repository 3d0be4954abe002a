import type { Role } from './protocol.js';

/** What the hosts of one role may reach. Whatever is not listed here they get nothing of. */
export interface RoleRights {
  /**
   * `none`: no socket but the ones that it was started with. `loopback`: a loopback of its own, which no other process
   * shares.
   */
  readonly network: 'none' | 'loopback';
  /** `folder`: the one folder that the file it writes is in. `certificates`: the roots that TLS trusts. */
  readonly files: 'none' | 'certificates' | 'folder';
}

export const ROLE_RIGHTS: Readonly<Record<Role, RoleRights>> = {
  ingest: { network: 'loopback', files: 'certificates' },
  decode: { network: 'none', files: 'none' },
  mux: { network: 'none', files: 'folder' },
};

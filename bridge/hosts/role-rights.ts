import type { Role } from './protocol.js';

/** What the hosts of one role may reach. Whatever is not listed here they get nothing of. */
export interface RoleRights {
  /** `folder`: the one folder that the file it writes is in. `certificates`: the roots that TLS trusts. */
  readonly files: 'none' | 'certificates' | 'folder';
}

export const ROLE_RIGHTS: Readonly<Record<Role, RoleRights>> = {
  ingest: { files: 'certificates' },
  decode: { files: 'none' },
  mux: { files: 'folder' },
};

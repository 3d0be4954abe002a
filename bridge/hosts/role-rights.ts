import type { Role } from './protocol.js';

/** What the hosts of one role may reach. Whatever is not listed here they get nothing of. */
export interface RoleRights {
  /** None writes any. `certificates`: the roots that TLS trusts. */
  readonly files: 'none' | 'certificates';
}

export const ROLE_RIGHTS: Readonly<Record<Role, RoleRights>> = {
  ingest: { files: 'certificates' },
  decode: { files: 'none' },
};

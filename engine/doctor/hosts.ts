/** What holds the media hosts here. They read what cameras send, so they are trusted with as little as possible. */
import { type HeldHosts, type SandboxReport, sandboxReport } from '../../bridge/index.js';
import type { Finding } from './finding.js';
import { install } from './install.js';

const PURPOSES = { ingest: 'cameras', decode: 'pictures and sound' } as const;

export const mediaHosts = (report: SandboxReport = sandboxReport()): Finding[] =>
  report.hosts.map((host) => ({
    what: `media hosts for ${PURPOSES[host.role]}`,
    verdict: host.weak.length === 0 ? 'good' : 'warning',
    detail: [...facts(host), ...host.weak].join('; '),
    mend: mend(report),
  }));

const facts = (host: HeldHosts): string[] => [
  `held by ${host.by}`,
  'environment: listed variables',
  `no_new_privs: ${host.noNewPrivileges ? 'yes' : 'no'}`,
  `capabilities: ${host.capabilities}`,
  `uid: ${host.uid}`,
  `seccomp: ${host.seccomp ? 'yes' : 'no'}`,
  `files: ${host.files}`,
  `network: ${host.network}`,
];

const mend = ({ hosts, failures }: SandboxReport): string => {
  const why = failures.find((failure) => failure.startsWith('bubblewrap'));
  if (why?.endsWith('not installed')) return install('bubblewrap', 'util-linux');
  const tried = why === undefined ? '' : ` (${failures.join('; ')})`;
  if (hosts.some(({ by }) => by === 'bubblewrap')) {
    return `Make the folders of Node.js and of this package readable for others, or set hosts.user${tried}.`;
  }
  return `Allow bubblewrap to make namespaces${tried}: kernel.unprivileged_userns_clone=1 and user.max_user_namespaces above 0 with sysctl, a profile for bwrap with AppArmor, or in a container a seccomp profile that permits them.`;
};

import { describe, expect, it } from 'vitest';
import type { HeldHosts } from '../../../../bridge/index.js';
import { mediaHosts } from '../../../../engine/doctor/hosts.js';

const held: HeldHosts = {
  ...{ role: 'decode', by: 'bubblewrap', uid: 990, noNewPrivileges: true, capabilities: 'none', seccomp: true },
  ...{ files: 'program', network: 'none', weak: [] },
};
const weaker: HeldHosts = {
  ...held,
  by: 'setpriv',
  seccomp: false,
  files: 'everything',
  weak: ['it reaches the network'],
};

describe('what the doctor says of media hosts', () => {
  it('is what holds each role', () => {
    const [finding] = mediaHosts({ hosts: [held], failures: [] });
    expect(finding).toMatchObject({ what: 'media hosts for pictures and sound', verdict: 'good' });
    for (const fact of [
      'bubblewrap',
      'no_new_privs: yes',
      'uid: 990',
      'seccomp: yes',
      'files: program',
      'network: none',
    ]) {
      expect(finding!.detail).toContain(fact);
    }
  });

  it('warns where it is weaker, and says what to do', () => {
    const warned = (failure: string, hosts = [weaker]) => mediaHosts({ hosts, failures: [failure] })[0];
    expect(warned('bubblewrap: not installed')).toMatchObject({
      verdict: 'warning',
      detail: expect.stringContaining('it reaches the network'),
      mend: expect.stringContaining('apt-get install -y bubblewrap util-linux`'),
    });
    expect(warned('bubblewrap: bwrap: No permissions')?.mend).toMatch(/^Allow .*bwrap: No permissions.*namespaces/);
    expect(warned('bubblewrap with user 990: EACCES', [{ ...held, uid: 0, weak: ['it is root'] }])?.mend).toMatch(
      /readable.*hosts\.user.*EACCES/,
    );
  });

  it('looks at this machine', () => {
    expect(mediaHosts().map(({ what }) => what)).toHaveLength(2);
  });
});

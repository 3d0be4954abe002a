import { describe, expect, it } from 'vitest';
import { type Confined, type Confinement, confinements, launchOf } from '../../../../bridge/hosts/confinement.js';

const USER = { uid: 990, gid: 980 };
const names = (list: Confinement[]) =>
  list.map((each) => `${each.by}${'user' in each && each.user ? ` ${each.user.uid}` : ''}`);
const host = (role: Confined['role'], folder?: string): Confined => ({
  ...{ role, seccompFd: 9 },
  command: [process.execPath, 'main.js'],
  view: { program: [], env: {}, ...(folder === undefined ? {} : { folder }) },
});
const boxed = (confined: Confined) =>
  launchOf({ by: 'bubblewrap', user: USER, userNamespace: false }, confined)?.args.join(' ') ?? '';

describe('the ways to hold hosts', () => {
  it('are tried from the strongest to none', () => {
    expect(names(confinements('auto', true, USER))).toEqual([
      ...['bubblewrap 990', 'bubblewrap', 'bubblewrap', 'setpriv 990', 'setpriv', 'leash', 'nothing'],
    ]);
    expect(names(confinements('auto', false, undefined))).toEqual(['bubblewrap', 'setpriv', 'leash', 'nothing']);
    expect(names(confinements('setpriv', false, undefined))).toEqual(['setpriv', 'leash', 'nothing']);
    expect(names(confinements('none', true, USER))).toEqual(['leash', 'nothing']);
  });

  it('start the program itself where nothing holds it, in the folder that it writes to', () => {
    expect(launchOf({ by: 'nothing' }, host('decode', '/media'))).toEqual({
      ...{ command: process.execPath, args: ['main.js'], cwd: '/media', wrappers: 0 },
    });
  });
});

const installed = boxed(host('decode')) !== '';

describe.skipIf(!installed)('bubblewrap', () => {
  it.each(['ingest', 'decode'] as const)('gives nobody the network of the machine: %s', (role) => {
    expect(boxed(host(role))).toContain('--unshare-net');
  });

  it('shows a host no folder that it could write to', () => {
    expect(boxed(host('ingest'))).not.toContain('--bind ');
    expect(boxed(host('decode'))).not.toContain('--bind ');
    expect(boxed(host('decode', '/made'))).toContain('--bind /made /list');
  });

  it('shows device nodes to hosts that decode, and to no others', () => {
    const devices = { nodes: ['/dev/dri/renderD128'], groups: [104, 44] };
    const given = (role: Confined['role']) => {
      const { view, ...rest } = host(role);
      return boxed({ ...rest, view: { ...view, devices } });
    };
    expect(given('decode')).toContain('--dir /dev/dri --dev-bind /dev/dri/renderD128 /dev/dri/renderD128');
    expect(given('decode')).toContain('--reuid 990 --regid 980 --groups 104,44');
    expect(given('ingest')).not.toContain('renderD128');
    expect(given('ingest')).not.toContain('104,44');
    expect(boxed(host('decode'))).not.toContain('--dev-bind');
  });

  it('switches to the user within', () => {
    expect(boxed(host('decode'))).toContain('--reuid 990 --regid 980 --clear-groups');
  });
});

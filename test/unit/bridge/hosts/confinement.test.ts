import { describe, expect, it } from 'vitest';
import { type Confined, type Confinement, confinements, launchOf } from '../../../../bridge/hosts/confinement.js';

const USER = { uid: 990, gid: 980 };
const names = (list: Confinement[]) =>
  list.map((each) => `${each.by}${'user' in each && each.user ? ` ${each.user.uid}` : ''}`);
const host = (role: Confined['role'], folder?: string, asEngine = false): Confined => ({
  ...{ role, asEngine, seccompFd: 9 },
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
    expect(launchOf({ by: 'nothing' }, host('mux', '/media'))).toEqual({
      ...{ command: process.execPath, args: ['main.js'], cwd: '/media', wrappers: 0 },
    });
  });
});

const installed = boxed(host('decode')) !== '';

describe.skipIf(!installed)('bubblewrap', () => {
  it.each(['ingest', 'decode', 'mux'] as const)('gives nobody the network of the machine: %s', (role) => {
    expect(boxed(host(role))).toContain('--unshare-net');
  });

  it('shows a muxer one folder, and nobody else any', () => {
    expect(boxed(host('mux', '/data/media/.writing'))).toContain('--bind /data/media/.writing /clips');
    expect(boxed(host('decode'))).not.toContain('--bind ');
  });

  it('switches to the user within, unless only the engine can write', () => {
    expect(boxed(host('mux', '/m'))).toContain('--reuid 990 --regid 980 --clear-groups');
    expect(boxed(host('mux', '/m', true))).not.toContain('--reuid');
  });
});

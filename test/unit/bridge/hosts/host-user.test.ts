import { describe, expect, it } from 'vitest';
import { hostUser } from '../../../../bridge/hosts/host-user.js';

const ROOT = 'root:x:0:0:root:/root:/bin/sh\n';
const MEDIA = 'sluice-media:x:990:980::/:/usr/sbin/nologin\ncam:x:1001:1002::/:/bin/sh\n';

describe('the user of hosts', () => {
  it.skipIf(process.getuid!() !== 0)('is of their own when the engine is root', () => {
    const of = (wanted: string, accounts = ROOT) => hostUser(wanted, () => accounts);
    expect(of('', ROOT + MEDIA)).toEqual({ uid: 990, gid: 980 });
    expect(of('cam', ROOT + MEDIA)).toEqual({ uid: 1001, gid: 1002 });
    expect(of('1234')).toEqual({ uid: 1234, gid: 1234 });
    expect(of('1234:56')).toEqual({ uid: 1234, gid: 56 });
    expect(of('root')).toBeUndefined();
    expect(() => of('nobody-of-that-name')).toThrow(RangeError);
  });

  it.skipIf(process.getuid!() !== 0)('is a number that no account has when there is none for them', () => {
    const free = hostUser('', () => ROOT)!;
    expect(free.uid).toBeGreaterThan(50_000);
    expect(hostUser('', () => `${ROOT}taken:x:${free.uid}:1::/:/bin/sh\n`)!.uid).not.toBe(free.uid);
  });

  it.skipIf(process.getuid!() === 0)("is the engine's when that is not root", () => {
    expect(hostUser('cam', () => ROOT + MEDIA)).toBeUndefined();
  });
});

import { readFileSync } from 'node:fs';

/** The user that hosts run as, if it is not the engine's own. */
export interface HostUser {
  uid: number;
  gid: number;
}

/** The account that hosts are given if it exists and no other is asked for. */
const ACCOUNT = 'sluice-media';
/** Below what Debian's adduser gives to people and above where it begins; also mapped in containers with 65,536 users. */
const FIRST_FREE = 59_873;

/**
 * @param wanted an account, `uid` or `uid:gid`; empty for the account `sluice-media` or, if there is none, a number that
 *   no account has
 * @returns undefined when the hosts stay with this process's user: it is not root, or that is what is asked for
 * @throws RangeError when there is no such account
 */
export const hostUser = (wanted: string, accounts: () => string = passwd): HostUser | undefined => {
  if (process.getuid?.() !== 0) return undefined;
  const user = lookUp(wanted, accounts());
  return user.uid === 0 ? undefined : user;
};

const passwd = (): string => {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
};

const lookUp = (wanted: string, accounts: string): HostUser => {
  const numbers = /^(\d+)(?::(\d+))?$/.exec(wanted);
  if (numbers) return { uid: Number(numbers[1]), gid: Number(numbers[2] ?? numbers[1]) };
  const known = accounts.split('\n').map((line) => {
    const [name = '', , uid, gid] = line.split(':');
    return { name, uid: Number(uid), gid: Number(gid) };
  });
  const account = known.find(({ name }) => name === (wanted || ACCOUNT));
  if (account) return { uid: account.uid, gid: account.gid };
  if (wanted) throw new RangeError(`there is no account ${wanted}`);
  let free = FIRST_FREE;
  while (known.some(({ uid, gid }) => uid === free || gid === free)) free -= 1;
  return { uid: free, gid: free };
};

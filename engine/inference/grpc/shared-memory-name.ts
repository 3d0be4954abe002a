import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

const PREFIX = 'sluice-pictures';
const NAME = /^sluice-pictures-(\d+)-(\d+)-(\d+)-[0-9a-f]{32}$/;

/** A process, told apart from a later one with the same number, and from those of other containers. */
export interface Owner {
  readonly namespace: string;
  readonly pid: string;
  readonly startTime: string;
}

/** In units of the kernel; the 22nd field, counted behind the name, which may have blanks. */
const startTimeOf = (pid: string): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
};

export const thisProcess = (): Owner => ({
  namespace: /\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? '0',
  pid: String(process.pid),
  startTime: startTimeOf('self') ?? '0',
});

/** A name that nobody can guess: see `SharedMemory.create` for why. */
export const newName = ({ namespace, pid, startTime }: Owner): string =>
  `${PREFIX}-${namespace}-${pid}-${startTime}-${randomBytes(16).toString('hex')}`;

/** @returns undefined if it is not a name of ours */
export const ownerOf = (name: string): Owner | undefined => {
  const [, namespace, pid, startTime] = NAME.exec(name) ?? [];
  return namespace && pid && startTime ? { namespace, pid, startTime } : undefined;
};

/** Only for owners of this namespace: the numbers of others mean nothing here. */
export const isAlive = (owner: Owner): boolean => startTimeOf(owner.pid) === owner.startTime;

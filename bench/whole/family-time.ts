import { readFileSync } from 'node:fs';
import { cpuMicrosOf, descendantsOf, familyCpuMicros, statField } from '../density/processes.js';

const LOOK_MS = 1000;
/** Number in proc(5) of the field with the time at which a process began. */
const BEGAN_FIELD = 22;

interface Member {
  /** With the process id, it names a process for good. */
  began: number;
  /** What it had used when it was first seen, if that was at the beginning, and when it was last seen. */
  from: number;
  to: number;
}

const readMember = (pid: number): Member | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return { began: statField(stat, BEGAN_FIELD), from: 0, to: cpuMicrosOf(stat) };
  } catch {
    return undefined; // It has just ended.
  }
};

/**
 * Measures the processor time of this process and of all that it starts. What a process has used is handed to its
 * parent when it ends, but is lost where the parent has been killed before it, as the programs are that confine media
 * hosts. So all are looked at again and again, and remembered.
 *
 * @returns ends it, with the µs since then; of what has ended, up to a second may be missing
 */
export const watchFamily = (): (() => number) => {
  const root = process.pid;
  const handedFrom = familyCpuMicros(root);
  const members = new Map<number, Member>();
  let ended = 0;
  const look = (): void => {
    const family = new Set([root, ...descendantsOf(root)]);
    // Those whose parents have ended are nobody's descendants any more.
    for (const pid of new Set([...family, ...members.keys()])) {
      const now = readMember(pid);
      const known = members.get(pid);
      if (known && known.began === now?.began) {
        known.to = now.to;
        continue;
      }
      ended += known ? known.to - known.from : 0;
      members.delete(pid);
      if (now && family.has(pid)) members.set(pid, now);
    }
  };
  look();
  for (const member of members.values()) member.from = member.to;
  const timer = setInterval(look, LOOK_MS).unref();
  return () => {
    clearInterval(timer);
    look();
    let seen = ended;
    for (const { from, to } of members.values()) seen += to - from;
    // Neither knows all: what lives for a moment is handed over, but may never be seen.
    return Math.max(seen, familyCpuMicros(root) - handedFrom);
  };
};

import { readdirSync, readFileSync } from 'node:fs';
import { until } from './until.js';

/** Command lines and environments of processes, as anybody with the same user sees them. */
export const processTexts = (pids: readonly (number | undefined)[]): string =>
  pids
    .flatMap((pid) => (pid === undefined ? [] : ['cmdline', 'environ'].map((file) => `/proc/${pid}/${file}`)))
    .map((file) => readFileSync(file, 'utf8').replaceAll('\0', ' '))
    .join('\n');

/** The parent of every living process. */
const parentsOfAll = (): Map<number, number> => {
  const parents = new Map<number, number>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (state !== 'Z') parents.set(Number(entry), Number(parent));
    } catch {
      // gone meanwhile
    }
  }
  return parents;
};

/** Living processes whose parent is one of `parents`. */
const childrenAmong = (all: ReadonlyMap<number, number>, parents: readonly number[]): number[] =>
  [...all].flatMap(([pid, parent]) => (parents.includes(parent) ? [pid] : []));

export const childrenOf = (pid: number): number[] => childrenAmong(parentsOfAll(), [pid]);

/** Living descendants of a process. */
export const descendants = (ancestor: number): number[] => {
  const all = parentsOfAll();
  const found: number[] = [];
  for (let layer = [ancestor]; layer.length > 0; ) {
    layer = childrenAmong(all, layer);
    found.push(...layer);
  }
  return found;
};

/** State letter of a process, or of a thread given as `PID/task/TID` (`R`, `S`, `Z` …); undefined when there is none. */
export const processState = (pid: number | string): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return undefined;
  }
};

/** Stops a process. A signal halts one thread first: on a busy machine the others may still finish what they are at. */
export const halt = async (pid: number): Promise<void> => {
  process.kill(pid, 'SIGSTOP');
  const stands = (thread: string): boolean => ['T', 't', undefined].includes(processState(`${pid}/task/${thread}`));
  await until(`process ${pid} stands still`, () => readdirSync(`/proc/${pid}/task`).every(stands));
};

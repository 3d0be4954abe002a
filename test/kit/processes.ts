import { readdirSync, readFileSync } from 'node:fs';

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

/** State letter of a process (`R`, `S`, `Z` …), or undefined when there is none. */
export const processState = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return undefined;
  }
};

import { readdirSync, readFileSync } from 'node:fs';

/** Command lines and environments of processes, as anybody with the same user sees them. */
export const processTexts = (pids: readonly (number | undefined)[]): string =>
  pids
    .flatMap((pid) => (pid === undefined ? [] : ['cmdline', 'environ'].map((file) => `/proc/${pid}/${file}`)))
    .map((file) => readFileSync(file, 'utf8').replaceAll('\0', ' '))
    .join('\n');

/** Living descendants of a process. */
export const descendants = (ancestor: number): number[] => {
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
  const found: number[] = [];
  for (let layer = [ancestor]; layer.length > 0; ) {
    layer = [...parents].filter(([, parent]) => layer.includes(parent)).map(([pid]) => pid);
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

/** Processes whose parent is `pid`. */
export const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        const stat = readFileSync(`/proc/${candidate}/stat`, 'latin1');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
      } catch {
        return false;
      }
    });

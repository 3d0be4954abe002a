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

import { readFileSync } from 'node:fs';
import { engineFor } from '../../engine/fleet/assignment.js';
import { descendants } from './processes.js';

/** The process of each engine of a `sluice serve --engines N`, by its number. */
export const enginePids = (front: number): Map<number, number> =>
  new Map(
    descendants(front).flatMap((pid) => {
      const engine = /fleet\/engine-process\.js\0(\d+)\0/.exec(commandLine(pid))?.[1];
      return engine ? [[Number(engine), pid] as const] : [];
    }),
  );

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // gone meanwhile
  }
};

/** Names of live pipelines, so many that each of the engines gets this number of them. */
export const namesOnEach = (engines: number, each: number): string[][] => {
  const names: string[][] = Array.from({ length: engines }, () => []);
  for (let n = 1; names.some((some) => some.length < each); n++) {
    const some = names[engineFor(`camera-${n}`, engines) - 1]!;
    if (some.length < each) some.push(`camera-${n}`);
  }
  return names;
};

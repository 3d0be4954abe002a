import { readdirSync, readFileSync } from 'node:fs';
import { statField } from '../../density/processes.js';

/** Number in proc(5) of the field with the process group. */
const GROUP_FIELD = 5;

/** Living processes of a group. */
export const membersOf = (group: number): number[] =>
  readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const dead = stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
      return !dead && statField(stat, GROUP_FIELD) === group ? [Number(name)] : [];
    } catch {
      // It has just ended.
      return [];
    }
  });

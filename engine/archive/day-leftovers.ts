import { readdirSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../core/errors.js';
import { LEDGER_FILE } from './ledger-lines.js';
import { METADATA_FILE } from './metadata-log.js';

/**
 * Removes what says something of a day's media when there is none of it any more, and the day's folder if nothing of others is
 * in it.
 * @param folder absolute
 */
export const removeLeftovers = (folder: string): void => {
  try {
    const names = readdirSync(folder);
    if (names.some((name) => name.endsWith('.mp4'))) return;
    for (const name of names) if (name === LEDGER_FILE || METADATA_FILE.test(name)) unlinkSync(join(folder, name));
    rmdirSync(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(systemCode(error) ?? '')) throw error;
  }
};

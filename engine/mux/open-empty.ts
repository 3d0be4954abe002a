import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { PRIVATE_FILE_MODE } from '../core/permissions.js';

const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Makes an empty file, or opens the one that is there: the caller's reservation of the name. Never touches a file that
 * holds anything, and never follows a link.
 *
 * @throws an error of the file system; `EEXIST` for a file that is not empty
 */
export const openEmpty = (path: string): number => {
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE_FILE_MODE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const file = openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fstatSync(file);
    if (stats.isFile() && stats.size === 0) return file;
    closeSync(file);
    throw error;
  }
};

import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { systemCode } from '../core/errors.js';
import { PRIVATE_FILE_MODE, PRIVATE_FOLDER_MODE } from '../core/permissions.js';

/**
 * Appends to one of the files that lie beside a day's segments. The day's folder is made if it is missing, and no other: where
 * the video's is gone, the data folder may be away, and nothing is put in its place.
 *
 * @param flush it is on the disk when this resolves
 * @throws the file system's error
 */
export const appendToDay = async (path: string, data: string | Uint8Array, { flush = false } = {}): Promise<void> => {
  await mkdir(dirname(path), { mode: PRIVATE_FOLDER_MODE }).catch((error: unknown) => {
    if (systemCode(error) !== 'EEXIST') throw error;
  });
  await appendFile(path, data, { mode: PRIVATE_FILE_MODE, flush });
};

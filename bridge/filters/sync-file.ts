import { type FileHandle, open } from 'node:fs/promises';

/** File systems that cannot sync a folder on its own say so with one of these; their names are safe by other means. */
const CANNOT_SYNC_FOLDERS = new Set(['EINVAL', 'ENOTSUP', 'EBADF']);

/**
 * Resolves with a file's size when its content is on the disk. The main thread does not wait. Rejects with the file
 * system's error. Whoever gave the file its name has to sync the folder as well: a file may have several.
 */
export const syncFile = (path: string): Promise<number> =>
  using(path, async (file) => {
    await file.sync();
    return (await file.stat()).size;
  });

/** As `syncFile`, for the names in a folder. */
export const syncFolder = async (path: string): Promise<void> => {
  try {
    await using(path, (folder) => folder.sync());
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

const using = async <T>(path: string, work: (file: FileHandle) => Promise<T>): Promise<T> => {
  const file = await open(path, 'r');
  try {
    return await work(file);
  } finally {
    await file.close();
  }
};

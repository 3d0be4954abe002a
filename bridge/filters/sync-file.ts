import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** File systems that cannot sync a folder on its own say so with one of these; their names are safe by other means. */
const CANNOT_SYNC_FOLDERS = new Set(['EINVAL', 'ENOTSUP', 'EBADF']);

/**
 * Resolves with a file's size when its content and its name are on the disk, so that a power cut cannot undo what is
 * then said about it. The main thread does not wait. Rejects with the file system's error.
 */
export const syncFile = async (path: string): Promise<number> => {
  const size = await using(path, async (file) => {
    await file.sync();
    return (await file.stat()).size;
  });
  await syncFolder(dirname(path));
  return size;
};

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

import { open } from 'node:fs/promises';

/** File systems that cannot sync a folder on its own say so with one of these; their names are safe by other means. */
const CANNOT_SYNC_FOLDERS = new Set(['EINVAL', 'ENOTSUP', 'EBADF']);

/** Resolves when the names in a folder are on the disk. The main thread does not wait. Rejects with the file system's error. */
export const syncFolder = async (path: string): Promise<void> => {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    if (!CANNOT_SYNC_FOLDERS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
};

import { closeSync, constants, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { systemCode } from './errors.js';

/** Bits such as 0o640. */
export type Mode = number;

/** Of the data folder, if the engine creates it: its group may look into it, other accounts may not. */
export const DATA_FOLDER_MODE: Mode = 0o750;

/** Of the database, which holds passwords, and of everything that shows people. Other accounts get in only if a setting says so. */
export const PRIVATE_FILE_MODE: Mode = 0o600;
export const PRIVATE_FOLDER_MODE: Mode = 0o700;

const ALL_BITS = 0o7777;
/** Set on a folder whose group is that of everything in it. The system passes it on to new folders. */
const INHERITED_GROUP = 0o2000;

/** What file systems without permissions answer, such as those of memory cards and of some networks. */
const NOT_SUPPORTED: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL']);

/** Gives a file or folder that was just created these permissions, whatever the umask, as far as its file system has any. */
export const setMode = (fd: number, mode: Mode): void => {
  const present = fstatSync(fd).mode & ALL_BITS;
  const wanted = mode | (present & INHERITED_GROUP);
  if (present === wanted) return;
  try {
    fchmodSync(fd, wanted);
  } catch (error) {
    if (!NOT_SUPPORTED.has(systemCode(error))) throw error;
  }
};

/**
 * Creates a folder with these permissions. Leaves what exists as it is.
 * @returns false if something of this name was there already.
 */
export const makeFolder = (path: string, mode: Mode): boolean => {
  try {
    mkdirSync(path, mode);
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
  setFolderMode(path, mode);
  return true;
};

/** As `makeFolder`, for a folder and those above it. */
export const makeFolders = (path: string, mode: Mode): void => {
  const first = mkdirSync(path, { recursive: true, mode });
  if (first === undefined) return;
  const top = resolve(first);
  for (let at = resolve(path); at.length >= top.length; at = dirname(at)) {
    setFolderMode(at, mode);
    if (at === top) return;
  }
};

const setFolderMode = (path: string, mode: Mode): void => {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch (error) {
    // A umask that forbids even its owner to look into it. mkdir has given it no more than `mode`.
    if (systemCode(error) === 'EACCES') return;
    throw error;
  }
  try {
    setMode(fd, mode);
  } finally {
    closeSync(fd);
  }
};

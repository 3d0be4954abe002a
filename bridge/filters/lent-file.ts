import { closeSync, constants, fchownSync, fstatSync, openSync, statSync, unlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HostUser } from '../hosts/host-user.js';
import type { HostPlace } from '../hosts/protocol.js';
import { holdsNoMedia } from './empty-clip.js';

/** A file that a host may write while it is lent. */
export interface LentFile {
  /** The host's own user cannot write there: this process's has to. */
  readonly asEngine: boolean;
  /** To be called when the host no longer writes. `clean`: it ended as it should; otherwise a file without media goes. */
  giveBack(clean: boolean): void;
}

/**
 * Makes an empty file for a host of `user`, or takes the one that is there: the caller's reservation of the name. Never
 * touches a file that holds anything.
 *
 * @param user undefined when hosts have this process's user
 * @throws an error of the file system; `EEXIST` for a file that is not empty
 */
export const lendFile = (path: string, user: HostUser | undefined): LentFile => {
  const file = openEmpty(path);
  let owner: { uid: number; gid: number };
  let lent = false;
  try {
    owner = fstatSync(file);
    lent = user !== undefined && isOpenTo(dirname(path)) && changeOwner(file, user);
  } finally {
    closeSync(file);
  }
  return {
    asEngine: user !== undefined && !lent,
    giveBack: (clean) => {
      if (lent) takeBack(path, owner);
      if (!clean && holdsNoMedia(path)) unlinkSync(path);
    },
  };
};

/** Where a host must be able to write so that it can be lent files in a folder. */
export const placeIn = (folder: string, user: HostUser | undefined): HostPlace => ({
  folder,
  asEngine: user !== undefined && !isOpenTo(folder),
});

export const openEmpty = (path: string): number => {
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o640);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const file = openSync(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK);
    const stats = fstatSync(file);
    if (stats.isFile() && stats.size === 0) return file;
    closeSync(file);
    throw error;
  }
};

/** Whether everybody may reach files in a folder whose names they know. What is above it a host does not pass through. */
const isOpenTo = (folder: string): boolean => (statSync(folder).mode & 0o001) !== 0;

/** False where files have no owners, or others than this machine's root decides on them. */
const changeOwner = (file: number, { uid, gid }: HostUser): boolean => {
  try {
    fchownSync(file, uid, gid);
    return true;
  } catch {
    return false;
  }
};

const takeBack = (path: string, { uid, gid }: { uid: number; gid: number }): void => {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      fchownSync(file, uid, gid);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // Somebody has deleted the clip.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
};

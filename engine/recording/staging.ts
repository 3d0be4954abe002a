import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, linkSync, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { systemCode } from '../core/errors.js';

/** Name of the folders that clips are written in. No sink's path may have it. */
export const STAGING_NAME = '.writing';
/** Whoever knows a file's name may reach it: a host has a user of its own. */
const MODE = 0o711;

/** A clip that is being written, by the name under which its muxer sees it. */
export interface StagedFile {
  readonly path: string;
  /** It has no second name: its muxer sees the folder that it is in. */
  readonly direct: boolean;
  /** Takes the second name away. To be called when the muxer is done. */
  release(): void;
}

/**
 * What takes a muxer over sees the folder that it writes to. So clips are written under a second name in a folder that
 * holds nothing else, and names there cannot be guessed.
 *
 * @param root the media folder
 * @param path the empty file of the clip
 */
export const stage = (root: string, path: string): StagedFile => {
  // Where another disk is mounted in the media folder, a file there can only have names there.
  for (const folder of [root, dirname(path)]) {
    const staged = join(folder, STAGING_NAME, `${randomBytes(16).toString('hex')}.mp4`);
    try {
      makeStaging(dirname(staged));
      linkSync(path, staged);
      return { path: staged, direct: false, release: () => remove(staged) };
    } catch {
      // Another disk, or one without links.
    }
  }
  return { path, direct: true, release: () => {} };
};

/** The folder that `stage` will use for files in `folder` unless the disk cannot link; made if it is missing. */
export const stagingFolder = (root: string, folder: string): string => {
  const sameDisk = statSync(root).dev === statSync(folder).dev;
  const staging = join(sameDisk ? root : folder, STAGING_NAME);
  try {
    makeStaging(staging);
    return staging;
  } catch {
    return folder;
  }
};

const makeStaging = (folder: string): void => {
  try {
    mkdirSync(folder);
  } catch (error) {
    // A link could lead out of the media folder.
    if (systemCode(error) !== 'EEXIST' || !lstatSync(folder).isDirectory()) throw error;
    return;
  }
  // Whatever the umask says.
  chmodSync(folder, MODE);
};

/**
 * Removes what a run that was cut off has left in the staging folder of `folder`: the second names of clips, which go back
 * to the engine's user. To be called before any clip is begun.
 */
export const emptyStaging = (folder: string): void => {
  const staging = join(folder, STAGING_NAME);
  for (const name of entriesOf(staging)) {
    const path = join(staging, name);
    try {
      if (process.getuid?.() === 0) chownSync(path, 0, process.getgid?.() ?? 0);
    } catch {
      // It stays the host's.
    }
    remove(path);
  }
};

const remove = (path: string): void => {
  try {
    rmSync(path, { force: true, recursive: true });
  } catch {
    // The next start tries again.
  }
};

const entriesOf = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

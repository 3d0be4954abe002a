import { existsSync, lstatSync, readdirSync, renameSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { SluiceError } from '../core/errors.js';

/** The files of a data folder that are not recordings. */
export interface DataFiles {
  folder: string;
  database: string;
  /** SQLite's, beside the database: commits that are not in it yet. */
  wal: string;
  shm: string;
  lock: string;
  owner: string;
  mark: string;
  media: string;
  /** A database that is being put together from a damaged one, and one that is complete and not yet in its place. */
  recovering: string;
  recovered: string;
}

const DATABASE = 'sluice.db';

export const dataFiles = (folder: string): DataFiles => {
  const database = join(folder, DATABASE);
  return {
    folder,
    database,
    wal: `${database}-wal`,
    shm: `${database}-shm`,
    lock: join(folder, 'sluice.lock'),
    owner: join(folder, 'sluice.pid'),
    mark: join(folder, 'sluice.mark'),
    media: join(folder, 'media'),
    recovering: `${database}.recovering`,
    recovered: `${database}.recovered`,
  };
};

const SET_ASIDE = `${DATABASE}.damaged-`;

/** The damaged databases that were set aside in a data folder, with what belongs to them; empty if there is no folder. */
export const setAsideIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.startsWith(SET_ASIDE))
        .sort()
    : [];

/** When the database was last written to, in ms since the Unix epoch. */
export const lastWriteOf = (files: DataFiles): number =>
  Math.max(...[files.database, files.wal].map((path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0));

/**
 * Renames the database and what belongs to it, so that SQLite still sees them as one. Its last write becomes part of the
 * name.
 * @returns the new paths of those that were there
 */
export const setAside = (files: DataFiles): string[] => {
  const at = new Date(lastWriteOf(files)).toISOString();
  const stem = join(files.folder, SET_ASIDE + at.replace(/[-:]/g, '').replace(/\.\d+/, ''));
  let base = stem;
  for (let n = 2; ['', '-wal', '-shm'].some((end) => existsSync(base + end)); n++) base = `${stem}.${n}`;
  return ['', '-wal', '-shm'].flatMap((end) => {
    if (!existsSync(files.database + end)) return [];
    renameSync(files.database + end, base + end);
    return [base + end];
  });
};

/** Size in bytes; 0 if there is no such file. */
export const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** @throws SluiceError `DataDirUnusable` if something other than a file has the name. */
export const requireFile = (path: string): void => {
  const stats: Stats | undefined = lstatSync(path, { throwIfNoEntry: false });
  const target = stats?.isSymbolicLink() ? statSync(path, { throwIfNoEntry: false }) : stats;
  if (!target || target.isFile()) return;
  const what = target.isDirectory() ? 'a folder' : 'something other than a file';
  throw new SluiceError('DataDirUnusable', `${what} is where a file of the engine belongs`, {
    kind: 'unavailable',
    where: { file: path },
    hint: 'Move it out of the way, or choose another data folder.',
  });
};

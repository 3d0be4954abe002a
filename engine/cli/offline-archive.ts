import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ArchiveIndex } from '../archive/archive-index.js';
import { rebuildIndex } from '../archive/rebuild.js';
import { readFacts } from '../archive/segment-facts.js';
import { messageOf, SluiceError } from '../core/errors.js';
import { silentLogger } from '../core/log.js';
import type { EventCommitter } from '../events/types.js';
import { MediaFolder } from '../recording/media-folder.js';
import { dataFiles } from '../store/data-files.js';
import { MIGRATIONS, migrate } from '../store/migrations.js';
import type { Database } from '../store/sqlite.js';
import { openSqlite } from '../store/sqlite-driver.js';

/** The videos of a data folder, for reading. An engine may have the folder. */
export interface OfflineArchive {
  media: MediaFolder;
  segments: ArchiveIndex;
  /** False: there is no database, and the index was made of the files, in memory. */
  isStored: boolean;
  close(): void;
}

/**
 * Nothing is changed in the folder.
 * @throws SluiceError `VideosMissing` if there are no videos in it; `DatabaseTooOld`, `DatabaseTooNew`; `DataDirUnusable` if its
 *   database cannot be read
 */
export const openOffline = (dataDir: string): OfflineArchive => {
  const folder = join(dataDir, 'videos');
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new SluiceError('VideosMissing', 'there are no videos in this folder', {
      kind: 'notFound',
      where: { file: folder },
      hint: 'Give the data folder of an engine, the one that sluice serve --data names.',
    });
  }
  const media = MediaFolder.open(folder);
  const { database } = dataFiles(dataDir);
  const isStored = existsSync(database);
  const db = isStored ? readable(database) : openSqlite(':memory:');
  const archive = { media, isStored, close: () => db.close() };
  try {
    if (!isStored) migrate(db, MIGRATIONS);
    const segments = new ArchiveIndex(db);
    if (!isStored)
      rebuildIndex({ media, index: segments, events: IN_MEMORY, log: silentLogger() }, { read: readFacts });
    return { ...archive, segments };
  } catch (error) {
    db.close();
    throw error instanceof SluiceError ? error : unreadable(database, error);
  }
};

const readable = (file: string): Database => {
  try {
    const db = openSqlite(file, { readonly: true, fileMustExist: true });
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version === MIGRATIONS.length) return db;
    db.close();
    throw version < MIGRATIONS.length ? tooOld(file) : tooNew(file);
  } catch (error) {
    throw error instanceof SluiceError ? error : unreadable(file, error);
  }
};

const tooOld = (file: string): SluiceError =>
  new SluiceError('DatabaseTooOld', 'an earlier version of Sluice wrote the database', {
    kind: 'unsupported',
    where: { file },
    hint: 'Start the engine once with this version, or run sluice videos rebuild: either brings it up to date.',
  });

const tooNew = (file: string): SluiceError =>
  new SluiceError('DatabaseTooNew', 'a later version of Sluice wrote the database', {
    kind: 'unsupported',
    where: { file },
    hint: 'Use that version.',
  });

const unreadable = (file: string, cause: unknown): SluiceError =>
  new SluiceError('DataDirUnusable', `the database cannot be read: ${messageOf(cause)}`, {
    kind: 'unavailable',
    where: { file },
    hint: 'sluice videos rebuild sets a damaged database aside and makes the index of the files.',
    cause,
  });

/** The index in memory has no event log beside it. */
const IN_MEMORY: EventCommitter = {
  publish: () => '',
  commit: (change) => {
    change();
    return 'written';
  },
  commitNow: (change) => change(),
  recent: () => undefined,
};

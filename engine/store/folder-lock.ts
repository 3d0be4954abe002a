import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { SluiceError, systemCode } from '../core/errors.js';
import { type DataFiles, requireFile } from './data-files.js';
import { openSqlite } from './sqlite-driver.js';

/**
 * The lock is a write transaction that stays open on a small database of its own. The operating system releases it with
 * the process, however that ends, so there are no stale locks; and other programs can still read the main database.
 *
 * @throws SluiceError `DataDirInUse` if another engine has it, `DataDirUnusable` if it is not a lock file.
 */
export const takeLock = (files: DataFiles): Sqlite.Database => {
  requireFile(files.lock);
  // Whoever may read it could lock it, and keep the engine from starting.
  closeSync(openSync(files.lock, 'a', 0o600));
  const lock = openSqlite(files.lock, { timeout: 0 });
  try {
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    lock.close();
    throw refusal(files, error);
  }
  try {
    writeFileSync(files.owner, `${process.pid}\n`, { mode: 0o640 });
  } catch (error) {
    lock.close();
    throw error;
  }
  return lock;
};

const refusal = (files: DataFiles, error: unknown): unknown => {
  const code = systemCode(error);
  if (code === 'SQLITE_BUSY') {
    return new SluiceError('DataDirInUse', `another engine${ownerOf(files.owner)} is using this data folder`, {
      kind: 'conflict',
      where: { file: files.folder },
      hint: 'Stop it, or give this engine another data folder.',
      cause: error,
    });
  }
  if (code === 'SQLITE_NOTADB' || code?.startsWith('SQLITE_CORRUPT')) {
    // Not replaced here: an engine that holds the old file would not notice that a second one has taken the new one.
    return new SluiceError('DataDirUnusable', 'the lock file is damaged', {
      kind: 'unavailable',
      where: { file: files.lock },
      hint: 'If no other engine uses this folder, delete the lock file; nothing is stored in it.',
      cause: error,
    });
  }
  return error;
};

/** For the message only: the lock decides, not this file. */
const ownerOf = (file: string): string => {
  try {
    return ` (process ${Number.parseInt(readFileSync(file, 'utf8'), 10)})`;
  } catch {
    return ''; // the owner has not written it yet
  }
};

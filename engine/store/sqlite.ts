import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { messageOf, SluiceError, systemCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { startCheckpointer } from './checkpointer.js';
import { MIGRATIONS, type Migration } from './migrations.js';
import { openSqlite } from './sqlite-driver.js';

export type Database = Sqlite.Database;

export interface DatabaseOptions {
  /**
   * How durable a commit is when it returns.
   * - `normal` (default): handed to the operating system. Survives a crash of the process at any point; a power cut can
   *   undo the last moments. The file stays consistent either way.
   * - `full`: on the disk, one fsync per commit. Survives a power cut; each batch costs one disk latency.
   */
  synchronous?: 'normal' | 'full';
  /** How long to wait, in ms, while another program locks the file. The engine is blocked meanwhile. Default 1000. */
  busyTimeoutMs?: number;
  log?: Logger;
  /** For tests. */
  migrations?: readonly Migration[];
}

/** The database of the data folder, which is locked for this process. */
export interface DataStore {
  readonly db: Database;
  readonly file: string;
  readonly synchronous: 'normal' | 'full';
  /** Closes the database and unlocks the folder. Calling it again does nothing. */
  close(): void;
}

/**
 * Size of the write-ahead log, in pages, at which a commit checkpoints because the checkpoint thread has fallen behind.
 */
const CHECKPOINT_ON_COMMIT_PAGES = 8000;

const DATABASE_FILE = 'sluice.db';
const LOCK_FILE = 'sluice.lock';
const OWNER_FILE = 'sluice.pid';

/**
 * Opens DIR/sluice.db, creating folder and file if they are missing, and locks the folder for this engine.
 *
 * @throws SluiceError `DataDirInUse` if another engine has the folder, `DataDirUnusable` if it cannot be read or written,
 *   `DatabaseTooNew` if a later version of Sluice wrote it, `SqliteMissing` if the driver is not installed.
 */
export const openDataStore = (dataDir: string, options: DatabaseOptions = {}): DataStore => {
  const synchronous = options.synchronous ?? 'normal';
  let lock: Database | undefined;
  let db: Database | undefined;
  try {
    mkdirSync(dataDir, { recursive: true });
    lock = takeLock(dataDir);
    const file = join(dataDir, DATABASE_FILE);
    // Created before SQLite does it: the file can hold passwords, so only its owner may read it.
    closeSync(openSync(file, 'a', 0o600));
    db = openSqlite(file, { timeout: options.busyTimeoutMs ?? 1000 });
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${synchronous}`);
    db.pragma('journal_size_limit = 16777216');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_ON_COMMIT_PAGES}`);
    migrate(db, options.migrations ?? MIGRATIONS);
    return dataStore(db, lock, file, synchronous, startCheckpointer(file, options.log));
  } catch (error) {
    db?.close();
    lock?.close();
    if (error instanceof SluiceError) throw error;
    throw new SluiceError('DataDirUnusable', `cannot open the data folder: ${messageOf(error)}`, {
      kind: systemCode(error) === 'SQLITE_FULL' ? 'exhausted' : 'unavailable',
      where: { file: dataDir },
      hint: 'Check that the folder exists, is writable and is on a disk with free space.',
      cause: error,
    });
  }
};

const dataStore = (
  db: Database,
  lock: Database,
  file: string,
  synchronous: 'normal' | 'full',
  stopCheckpointer: () => void,
): DataStore => ({
  db,
  file,
  synchronous,
  close() {
    stopCheckpointer();
    if (db.open) db.close();
    if (lock.open) lock.close();
  },
});

/**
 * The lock is a write transaction that stays open on a small database of its own. The operating system releases it with
 * the process, however that ends, so there are no stale locks; and other programs can still read the main database.
 */
const takeLock = (dataDir: string): Database => {
  const lock = openSqlite(join(dataDir, LOCK_FILE), { timeout: 0 });
  try {
    lock.exec('BEGIN IMMEDIATE');
  } catch (error) {
    lock.close();
    if (systemCode(error) !== 'SQLITE_BUSY') throw error;
    const owner = ownerOf(dataDir);
    throw new SluiceError('DataDirInUse', `another engine${owner} is using this data folder`, {
      kind: 'conflict',
      where: { file: dataDir },
      hint: 'Stop it, or give this engine another folder with --data.',
      cause: error,
    });
  }
  try {
    writeFileSync(join(dataDir, OWNER_FILE), `${process.pid}\n`);
  } catch (error) {
    lock.close();
    throw error;
  }
  return lock;
};

/** For the message only: the lock decides, not this file. */
const ownerOf = (dataDir: string): string => {
  try {
    return ` (process ${Number.parseInt(readFileSync(join(dataDir, OWNER_FILE), 'utf8'), 10)})`;
  } catch {
    return ''; // the owner has not written it yet
  }
};

/** Applies the steps that the file lacks, each in a transaction of its own. */
export const migrate = (db: Database, migrations: readonly Migration[]): void => {
  const taken = Number(db.pragma('user_version', { simple: true }));
  if (taken > migrations.length) {
    throw new SluiceError(
      'DatabaseTooNew',
      `the database has schema ${taken}, this version knows ${migrations.length}`,
      {
        kind: 'unsupported',
        where: { file: db.name },
        hint: 'It was written by a later version of Sluice. Use that one, or another data folder.',
      },
    );
  }
  migrations.slice(taken).forEach((migration, index) => {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${taken + index + 1}`);
    }).immediate();
  });
};

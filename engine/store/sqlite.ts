import type Sqlite from 'better-sqlite3';
import { messageOf, SluiceError, systemCode } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { DATA_FOLDER_MODE, makeFolders } from '../core/permissions.js';
import { readBootId } from './boot-id.js';
import { type Checkpointer, startCheckpointer } from './checkpointer.js';
import { dataFiles } from './data-files.js';
import { lastSeqOf } from './event-numbers.js';
import { takeLock } from './folder-lock.js';
import { FolderLook, type FolderState } from './folder-state.js';
import { LifeMark, readMark } from './life-mark.js';
import { MIGRATIONS, type Migration } from './migrations.js';
import { countResources, type Opening, openDatabase } from './opening.js';

export type Database = Sqlite.Database;
export type { FolderState } from './folder-state.js';
export type { Opening } from './opening.js';

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
  /** Differs after every start of the machine. Default: the system's. */
  bootId?: string;
}

/** The database of the data folder, which is locked for this process. */
export interface DataStore {
  readonly db: Database;
  readonly file: string;
  readonly synchronous: 'normal' | 'full';
  /** What was found when it was opened. */
  readonly opening: Opening;
  /** Call it before readers see events up to this number, so that no later start gives it again. */
  noteSeq(seq: number): void;
  /**
   * Call it when topologies, live pipelines or adapters were stored. They are copied into the database file at once, off
   * this thread, and counted: they are few, and the loss of the write-ahead log must not be their loss.
   */
  resourcesStored(): void;
  /**
   * Copies what is committed into the database file, on this thread. For when the write-ahead log has lost its name:
   * only connections that are open still reach it.
   */
  checkpointHere(): void;
  /** Whether the folder still has the files that are open. Cheap. */
  look(): FolderState;
  /** Closes the database and unlocks the folder. Calling it again does nothing. */
  close(): void;
}

/**
 * Size of the write-ahead log, in pages, at which a commit checkpoints because the checkpoint thread has fallen behind.
 */
const CHECKPOINT_ON_COMMIT_PAGES = 8000;

/**
 * Opens DIR/sluice.db, creating folder and file if they are missing, and locks the folder for this engine. A damaged
 * database is set aside and what reads of it is kept; `opening` tells.
 *
 * @throws SluiceError `DataDirInUse` if another engine has the folder, `DataDirUnusable` if it cannot be read or written,
 *   `DatabaseTooNew` if a later version of Sluice wrote it, `SqliteMissing` if the driver is not installed.
 */
export const openDataStore = (dataDir: string, options: DatabaseOptions = {}): DataStore => {
  const { synchronous = 'normal', busyTimeoutMs = 1000, log, migrations = MIGRATIONS } = options;
  const files = dataFiles(dataDir);
  const boot = options.bootId ?? readBootId() ?? '';
  let lock: Database | undefined;
  let db: Database | undefined;
  try {
    makeFolders(dataDir, DATA_FOLDER_MODE);
    lock = takeLock(files);
    const opened = openDatabase(files, readMark(files.mark), { migrations, busyTimeoutMs, boot });
    db = opened.db;
    db.pragma(`synchronous = ${synchronous}`);
    db.pragma('journal_size_limit = 16777216');
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_ON_COMMIT_PAGES}`);
    const mark = markOf(db, migrations, files.mark, boot, log);
    const checkpointer = startCheckpointer(files.database, log);
    return dataStore({ db, lock, mark, checkpointer, look: new FolderLook(files) }, synchronous, opened.opening);
  } catch (error) {
    db?.close();
    lock?.close();
    if (error instanceof SluiceError) throw error;
    throw unusable(dataDir, error);
  }
};

interface OpenParts {
  db: Database;
  lock: Database;
  /** Undefined for a database that is not an engine's. */
  mark: LifeMark | undefined;
  checkpointer: Checkpointer;
  look: FolderLook;
}

const dataStore = (
  { db, lock, mark, checkpointer, look }: OpenParts,
  synchronous: 'normal' | 'full',
  opening: Opening,
): DataStore => ({
  db,
  file: db.name,
  synchronous,
  opening,
  noteSeq: (seq) => mark?.noteSeq(seq),
  resourcesStored() {
    mark?.noteResources(countResources(db));
    checkpointer.request();
  },
  checkpointHere: () => void db.pragma('wal_checkpoint(PASSIVE)'),
  look: () => look.look(),
  close() {
    checkpointer.stop();
    mark?.close();
    if (db.open) db.close();
    if (lock.open) lock.close();
  },
});

const markOf = (
  db: Database,
  migrations: readonly Migration[],
  file: string,
  boot: string,
  log: Logger | undefined,
): LifeMark | undefined => {
  if (migrations !== MIGRATIONS) return undefined;
  const mark = new LifeMark(file, { last: lastSeqOf(db), boot, ...countResources(db) }, log);
  mark.open();
  return mark;
};

const unusable = (dataDir: string, error: unknown): SluiceError => {
  const code = systemCode(error) ?? '';
  const full = code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT';
  return new SluiceError('DataDirUnusable', `cannot open the data folder: ${messageOf(error)}`, {
    kind: full ? 'exhausted' : 'unavailable',
    where: { file: dataDir },
    hint: full ? 'Free some space on the disk of the data folder.' : hintFor(code),
    cause: error,
  });
};

const hintFor = (code: string): string => {
  if (/^(EACCES|EPERM|EROFS|SQLITE_(CANTOPEN|READONLY|PERM|AUTH))/.test(code))
    return 'Check that this user may read and write the folder and every file in it, and that the disk is not read-only.';
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return 'Another program has locked the database; end it, and start again.';
  return 'Check that the folder exists, is writable and is on a disk with free space.';
};

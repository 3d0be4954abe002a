import { closeSync, copyFileSync, constants as fs, openSync, readSync, rmSync, writeSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { sizeOf } from './data-files.js';
import { headerProblem, soundHeader } from './integrity.js';
import { openSqlite } from './sqlite-driver.js';

const PAGE_BYTES = 4096;

/** Opens a database that may be damaged for `work`, and writes neither to it nor to its write-ahead log. */
export const readOnly = <T>(file: string, work: (source: Sqlite.Database) => T): T => {
  const db = openSqlite(file, { readonly: true, fileMustExist: true });
  try {
    // So that one damaged entry of the schema does not hide the tables of all others.
    db.unsafeMode(true);
    db.pragma('writable_schema = ON');
    db.pragma('trusted_schema = OFF');
    return work(db);
  } finally {
    db.close();
  }
};

/**
 * Lets `work` read a damaged database. If its first page is of no use, a copy with another one is read: first with a
 * sound header, then with the whole first page of `fresh`, whose tables begin at the same pages if the same version
 * made both.
 */
export const withDamaged = <T>(
  { file, copy, fresh }: { file: string; copy: string; fresh: string },
  tables: readonly string[],
  work: (source: Sqlite.Database) => T,
): T => {
  const wal = `${file}-wal`;
  try {
    let best = { path: file, seen: headerProblem(file) === undefined ? tablesSeen(file, tables) : 0 };
    for (const [index, page] of [soundHeader(), firstPage(fresh)].entries()) {
      if (best.seen === tables.length) break;
      const path = `${copy}${index}`;
      copyFileSync(file, path, fs.COPYFILE_FICLONE);
      if (sizeOf(wal) > 0) copyFileSync(wal, `${path}-wal`, fs.COPYFILE_FICLONE);
      overwrite(path, page);
      const seen = tablesSeen(path, tables);
      if (seen > best.seen) best = { path, seen };
    }
    return readOnly(best.path, work);
  } finally {
    for (const index of [0, 1]) removeDatabase(`${copy}${index}`);
  }
};

/** A database and what SQLite may have put beside it. */
export const removeDatabase = (path: string): void => {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(path + end, { force: true });
};

const firstPage = (file: string): Buffer => {
  const page = Buffer.alloc(PAGE_BYTES);
  const fd = openSync(file, 'r');
  readSync(fd, page, 0, PAGE_BYTES, 0);
  closeSync(fd);
  soundHeader().copy(page);
  return page;
};

const overwrite = (file: string, page: Buffer): void => {
  const fd = openSync(file, 'r+');
  writeSync(fd, page, 0, page.length, 0);
  closeSync(fd);
};

/** How many tables have at least a first page. */
const tablesSeen = (file: string, tables: readonly string[]): number => {
  const seen = (db: Sqlite.Database, table: string): boolean => {
    try {
      db.prepare(`SELECT 1 FROM ${table} LIMIT 1`).get();
      return true;
    } catch {
      return false;
    }
  };
  try {
    return readOnly(file, (db) => tables.filter((table) => seen(db, table)).length);
  } catch {
    return 0; // not even that
  }
};

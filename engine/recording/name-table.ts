import type { Statement } from 'better-sqlite3';
import type { Database } from '../store/sqlite.js';

/** Paths of files that are about to be created, in a table with the one column `path`. */
export class NameTable {
  readonly #reserve: Statement;
  readonly #release: Statement;
  readonly #all: Statement;

  constructor(db: Database, table: 'clip_names' | 'segment_names') {
    this.#reserve = db.prepare(`INSERT OR IGNORE INTO ${table} VALUES (?)`);
    this.#release = db.prepare(`DELETE FROM ${table} WHERE path = ?`);
    this.#all = db.prepare(`SELECT path FROM ${table} ORDER BY path`).pluck();
  }

  /** Notes that an empty file of this path is about to be created. */
  reserve(path: string): void {
    this.#reserve.run(path);
  }

  /** The file has a row now, or was not created. */
  release(path: string): void {
    this.#release.run(path);
  }

  /** Paths that are reserved. */
  all(): string[] {
    return this.#all.all() as string[];
  }
}

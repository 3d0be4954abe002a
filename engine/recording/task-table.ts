import type { Statement } from 'better-sqlite3';
import type { Database } from '../store/sqlite.js';

/** Work on a whole folder that a crash may interrupt: giving rows to files that the database has forgotten. */
export type FolderTask = 'adopt' | 'rebuild videos';

/** What is owed, until it is done. */
export class TaskTable {
  readonly #put: Statement;
  readonly #end: Statement;
  readonly #has: Statement;

  constructor(db: Database) {
    this.#put = db.prepare('INSERT OR IGNORE INTO clip_tasks VALUES (?)');
    this.#end = db.prepare('DELETE FROM clip_tasks WHERE name = ?');
    this.#has = db.prepare('SELECT count(*) FROM clip_tasks WHERE name = ?').pluck();
  }

  owes(task: FolderTask): boolean {
    return Number(this.#has.get(task)) > 0;
  }

  set(task: FolderTask, owed: boolean): void {
    (owed ? this.#put : this.#end).run(task);
  }
}

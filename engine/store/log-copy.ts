import type Sqlite from 'better-sqlite3';
import { openSqlite } from './sqlite-driver.js';

/** What belongs to an event log: its events, how far its readers are, and what those who have signed in were given. */
const TABLES = ['events', 'event_segments', 'event_gaps', 'event_cursors', 'secrets'] as const;

/** The rest of this table is about the file that it is in. */
const STATE = "SELECT key, value FROM event_log_state WHERE key = 'trimmed'";

/**
 * Copies the event log of another database, with its numbers, into one that has none yet. The other is only read.
 * @throws what SQLite says; nothing is copied then
 */
export const copyEventLog = (target: Sqlite.Database, file: string): void => {
  const source = openSqlite(file, { readonly: true, fileMustExist: true });
  try {
    target
      .transaction(() => {
        for (const table of TABLES) copyTable(source, target, `SELECT * FROM ${table}`, table);
        copyTable(source, target, STATE, 'event_log_state');
      })
      .immediate();
  } finally {
    source.close();
  }
};

const copyTable = (source: Sqlite.Database, target: Sqlite.Database, select: string, table: string): void => {
  const rows = source.prepare<[], Record<string, unknown>>(select);
  const names = rows.columns().map(({ name }) => name);
  const values = names.map((name) => `@${name}`).join(', ');
  const insert = target.prepare(`INSERT OR REPLACE INTO ${table} (${names.join(', ')}) VALUES (${values})`);
  for (const row of rows.iterate()) insert.run(row);
};

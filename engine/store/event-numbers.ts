import type Sqlite from 'better-sqlite3';

/** The highest event number that the database knows of: given, trimmed, or skipped. */
export const lastSeqOf = (db: Sqlite.Database): number =>
  db
    .prepare<[], number>(
      `SELECT max(
         coalesce((SELECT max(last_seq) FROM event_segments), 0),
         coalesce((SELECT max(last_seq) FROM event_gaps), 0),
         coalesce((SELECT CAST(value AS INTEGER) FROM event_log_state WHERE key = 'trimmed'), 0))`,
    )
    .pluck()
    .get() ?? 0;

/** Lets the log continue after `seq`; readers get a gap with the reason in place of what is between. */
export const continueAfter = (db: Sqlite.Database, seq: number, reason: string): void => {
  const last = lastSeqOf(db);
  if (seq > last) db.prepare('INSERT INTO event_gaps VALUES (?, ?, ?)').run(last + 1, seq, reason);
};

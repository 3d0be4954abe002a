import type Sqlite from 'better-sqlite3';

export type Row = Record<string, unknown>;

/** What was found in one table of a damaged database. */
export interface TableReport {
  kept: number;
  /** Rows that were read and make no sense. */
  refused: number;
  /** Whether places in the table could not be read. */
  unreadable: boolean;
}

/** Attempts to read on behind a damaged place, for each table: a limit for files of which nearly nothing is left. */
const MOST_ATTEMPTS = 20_000;

interface Reading {
  /** Rows with a key above `after` in order, or all of them. Throws when it meets a damaged page. */
  from(after: unknown): IterableIterator<Row>;
  /** Keys behind which the next rows may be found, when the one behind `after` cannot be read. */
  probes(after: unknown): Iterable<unknown>;
  key: string;
}

/**
 * Calls `take` with every row of a damaged table that can still be read.
 * @param most the highest whole number that a key may be
 * @returns whether rows were skipped
 */
export const readWhatIsLeft = (
  db: Sqlite.Database,
  { table, key, columns, most }: { table: string; key: string; columns: readonly string[]; most: number },
  take: (row: Row) => void,
): boolean => {
  const rows = db.prepare<[unknown], Row>(
    `SELECT ${columns.join(', ')} FROM ${table} WHERE ${key} > ? ORDER BY ${key}`,
  );
  const numbers = isNumbered(db, table, key);
  const reading: Reading = {
    from: (after) => rows.iterate(after),
    probes: numbers ? (after) => numbersBehind(Number(after), most) : (after) => textsBehind(String(after)),
    key,
  };
  return readOn(reading, numbers ? -1 : '', take);
};

const isNumbered = (db: Sqlite.Database, table: string, key: string): boolean => {
  const columns = db.pragma(`table_info(${table})`) as Array<{ name: string; type: string }>;
  return columns.find(({ name }) => name === key)?.type === 'INTEGER';
};

const readOn = (reading: Reading, start: unknown, take: (row: Row) => void): boolean => {
  let attempts = MOST_ATTEMPTS;
  let skipped = false;
  /** Reads until the end or the next damaged place. */
  const run = (after: unknown): { last: unknown; ended: boolean; read: boolean } => {
    let last = after;
    let read = false;
    try {
      for (const row of reading.from(after)) {
        const key = row[reading.key];
        if (!isBehind(key, last)) throw new Error('the rows are not in order');
        take(row);
        last = key;
        read = true;
      }
      return { last, ended: true, read };
    } catch {
      attempts -= 1;
      return { last, ended: false, read };
    }
  };
  let state = run(start);
  while (!state.ended) {
    skipped = true;
    const { last } = state;
    let next: typeof state | undefined;
    for (const probe of reading.probes(last)) {
      if (attempts <= 0) return true;
      const tried = run(probe);
      if (!tried.read && !tried.ended) continue;
      next = tried;
      break;
    }
    if (!next) return true;
    state = next;
  }
  return skipped;
};

/** Pages that lead back to each other would never end. */
const isBehind = (key: unknown, last: unknown): boolean => {
  if (typeof key === 'number' && typeof last === 'number') return key > last;
  return typeof key === 'string' && Buffer.compare(Buffer.from(key), Buffer.from(String(last))) > 0;
};

/** Ever wider steps, so that a large damaged part takes few attempts. */
function* numbersBehind(after: number, most: number): Iterable<number> {
  for (let at = after + 1, step = 1; at < most; at += step, step = Math.max(1, Math.floor((at - after) / 8))) yield at;
}

/** The next texts that differ in the last character, then in the one before it, and so on. */
function* textsBehind(after: string): Iterable<string> {
  for (let index = after.length; index >= 0; index--) {
    const first = index < after.length ? after.charCodeAt(index) + 1 : 33;
    for (let code = first; code < 127; code++) yield after.slice(0, index) + String.fromCharCode(code);
  }
}

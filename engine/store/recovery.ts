import type Sqlite from 'better-sqlite3';
import { messageOf } from '../core/errors.js';
import { rebuildEventLog } from './event-rebuild.js';
import { type Row, readWhatIsLeft, type TableReport } from './row-reader.js';

export type RecoveryReport = Record<string, TableReport>;

interface TablePlan {
  table: string;
  key: string;
  makesSense(row: Row): boolean;
  /** Changes a row as it is copied. */
  mend?(row: Row, lastSeq: number): Row;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const parsed = (text: unknown): unknown => {
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
};

/** A resource says its own name, which a damaged key or a damaged text would not match. */
const isResource = ({ name, resource }: Row): boolean => {
  const value = parsed(resource);
  return isText(name) && typeof value === 'object' && value !== null && (value as { name?: unknown }).name === name;
};

/** A span of a video. */
const isSpan = ({ id, video, start_utc }: Row): boolean =>
  isWhole(id) && isText(video) && Number.isSafeInteger(start_utc);

const PLANS: readonly TablePlan[] = [
  { table: 'pipeline_topologies', key: 'name', makesSense: isResource },
  { table: 'live_pipelines', key: 'name', makesSense: isResource },
  { table: 'remote_device_adapters', key: 'name', makesSense: isResource },
  {
    table: 'clips',
    key: 'id',
    makesSense: ({ id, path, bytes, start_utc }) =>
      isWhole(id) && isText(path) && !path.includes('\0') && isWhole(bytes) && Number.isSafeInteger(start_utc),
  },
  {
    table: 'videos',
    key: 'name',
    makesSense: ({ name, folder, properties }) =>
      isText(name) && isText(folder) && typeof parsed(properties) === 'object' && parsed(properties) !== null,
  },
  { table: 'segments', key: 'id', makesSense: (row) => isSpan(row) && isText(row['path']) && isWhole(row['bytes']) },
  { table: 'recordings', key: 'id', makesSense: (row) => isSpan(row) },
  { table: 'protected_ranges', key: 'id', makesSense: (row) => isSpan(row) },
  { table: 'secrets', key: 'name', makesSense: ({ name, value }) => isText(name) && value instanceof Uint8Array },
  {
    table: 'event_cursors',
    key: 'consumer',
    makesSense: ({ consumer, seq }) => isText(consumer) && isWhole(seq),
    // A position beyond the log would make its consumer miss what comes next.
    mend: (row, lastSeq) => ({ ...row, seq: Math.min(row['seq'] as number, lastSeq) }),
  },
];

/**
 * Copies what can be read of a damaged database into a fresh one with the present schema.
 * @param known the highest event number that may have been given, as far as others know
 * @param writtenMs when the source was last written to
 * @returns what became of each table, and the number after which the log goes on
 */
export const recoverRows = (
  source: Sqlite.Database,
  target: Sqlite.Database,
  { known, writtenMs }: { known: number; writtenMs: number },
): { tables: RecoveryReport; lastSeq: number } => {
  const tables: RecoveryReport = {};
  let lastSeq = known;
  target
    .transaction(() => {
      const log = rebuildEventLog(target, { known, writtenMs }, (table, columns, take) =>
        copyFrom(source, { table, key: columns[0]!, columns, most: Number.MAX_SAFE_INTEGER }, take),
      );
      tables['events'] = log.report;
      lastSeq = log.lastSeq;
      for (const plan of PLANS) tables[plan.table] = copyTable(source, target, plan, lastSeq);
    })
    .immediate();
  return { tables, lastSeq };
};

const copyTable = (source: Sqlite.Database, target: Sqlite.Database, plan: TablePlan, lastSeq: number): TableReport => {
  const { table, key, makesSense, mend = (row) => row } = plan;
  const columns = columnsOf(target, table).filter(known(source, table));
  const insert = target.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
  );
  const report: TableReport = { kept: 0, refused: 0, unreadable: false };
  report.unreadable = copyFrom(source, { table, key, columns, most: Number.MAX_SAFE_INTEGER }, (row) => {
    if (makesSense(row) && inserted(() => insert.run(mend(row, lastSeq)).changes > 0)) report.kept += 1;
    else report.refused += 1;
  });
  return report;
};

const columnsOf = (db: Sqlite.Database, table: string): string[] =>
  (db.pragma(`table_info(${table})`) as Array<{ name: string }>).map(({ name }) => name);

/** An earlier version knew fewer columns. Where the schema of the source cannot be read, all are tried. */
const known = (source: Sqlite.Database, table: string): ((column: string) => boolean) => {
  try {
    const columns = columnsOf(source, table);
    return (column) => columns.length === 0 || columns.includes(column);
  } catch {
    return () => true;
  }
};

/** False if the row breaks a rule of the table. */
const inserted = (insert: () => boolean): boolean => {
  try {
    return insert();
  } catch (error) {
    if (/constraint|datatype|cannot store/i.test(messageOf(error))) return false;
    throw error;
  }
};

/** A table that the schema of the source does not show, or no longer shows, counts as unreadable. */
const copyFrom = (
  source: Sqlite.Database,
  what: Parameters<typeof readWhatIsLeft>[1],
  take: (row: Row) => void,
): boolean => {
  let failure: unknown;
  const guarded = (row: Row) => {
    if (failure !== undefined) return;
    try {
      take(row);
    } catch (error) {
      failure = error; // of the target: not damage of the source
    }
  };
  let unreadable: boolean;
  try {
    unreadable = readWhatIsLeft(source, what, guarded);
  } catch {
    unreadable = true;
  }
  if (failure !== undefined) throw failure;
  return unreadable;
};

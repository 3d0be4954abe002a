import { closeSync, openSync, readSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { messageOf, systemCode } from '../core/errors.js';
import { sizeOf } from './data-files.js';
import { type Migration, tablesOf } from './migrations.js';

/**
 * Files up to this size are always checked as a whole, which takes about 70 ms. A larger one only if the last run did
 * not end in order: 1 GiB takes a second from memory, and as long as reading it from a disk that is cold.
 */
const ALWAYS_CHECKED_BYTES = 64 * 1024 * 1024;
/** A schema version this far beyond the known ones is a damaged number, not a later version of the program. */
const PLAUSIBLE_VERSIONS = 1000;
const MOST_PROBLEMS = 3;
const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

/** Whether an error says that the file is damaged, rather than locked, full or forbidden. */
export const isDamage = (error: unknown): boolean => {
  const code = systemCode(error) ?? '';
  return /^SQLITE_(CORRUPT|NOTADB|FORMAT|IOERR_READ|IOERR_CORRUPTFS)/.test(code) || /malformed/.test(messageOf(error));
};

/** SQLite takes a file with a damaged header for read-only, of another encoding or of another size, without a word. */
export const headerProblem = (file: string): string | undefined => {
  const header = Buffer.alloc(HEADER_BYTES);
  const fd = openSync(file, 'r');
  try {
    if (readSync(fd, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 'the file is shorter than its header';
  } finally {
    closeSync(fd);
  }
  const pageSize = header.readUInt16BE(16);
  const sound =
    header.toString('latin1', 0, 16) === MAGIC &&
    (pageSize === 1 || (pageSize >= 512 && (pageSize & (pageSize - 1)) === 0)) &&
    [1, 2].includes(header[18]!) &&
    [1, 2].includes(header[19]!) &&
    header[20] === 0 &&
    header.subarray(21, 24).equals(Buffer.from([64, 32, 32])) &&
    header.readUInt32BE(44) <= 4 &&
    header.readUInt32BE(56) <= 1;
  return sound ? undefined : 'the header of the file is damaged';
};

/**
 * A header that lets SQLite read what follows it, whatever the old one said. SQLite takes the number of pages from the
 * size of the file.
 */
export const soundHeader = (): Buffer => {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write(MAGIC, 'latin1');
  header.writeUInt16BE(4096, 16);
  header.set([2, 2, 0, 64, 32, 32], 18);
  header.writeUInt32BE(1, 24); // differs from the one at 92: the number of pages at 28 does not count
  header.writeUInt32BE(4, 44);
  header.writeUInt32BE(1, 56);
  return header;
};

/** Tables without events: few rows, and the engine cannot work if one of them is damaged. */
const SMALL_TABLES = [
  'pipeline_topologies',
  'live_pipelines',
  'remote_device_adapters',
  'clips',
  'videos',
  'protected_ranges',
  'event_segments',
  'event_gaps',
  'event_cursors',
  'event_log_state',
];

/**
 * What is wrong with an open database; undefined if nothing was found.
 * @throws whatever is not damage
 */
export const damageIn = (
  db: Sqlite.Database,
  { migrations, endedInOrder }: { migrations: readonly Migration[]; endedInOrder: boolean },
): string | undefined => {
  try {
    const tables = new Set(db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all());
    const whole = !endedInOrder || sizeOf(db.name) <= ALWAYS_CHECKED_BYTES;
    return schemaProblem(db, migrations, tables) ?? pageProblem(db, tables, whole) ?? numberProblem(db, tables);
  } catch (error) {
    if (isDamage(error)) return messageOf(error);
    throw error;
  }
};

const schemaProblem = (
  db: Sqlite.Database,
  migrations: readonly Migration[],
  tables: ReadonlySet<string>,
): string | undefined => {
  const version = Number(db.pragma('user_version', { simple: true }));
  if (version < 0 || version > migrations.length + PLAUSIBLE_VERSIONS) return `its schema version is ${version}`;
  const wrong = migrations
    .map((step, index) => ({ names: tablesOf(step), expected: index < version }))
    .flatMap(({ names, expected }) => names.filter((name) => tables.has(name) !== expected));
  return wrong.length === 0 ? undefined : `its schema version is ${version}, which does not fit ${wrong.join(', ')}`;
};

const pageProblem = (db: Sqlite.Database, tables: ReadonlySet<string>, whole: boolean): string | undefined => {
  const checks = whole
    ? [`quick_check(${MOST_PROBLEMS})`]
    : SMALL_TABLES.filter((name) => tables.has(name)).map((name) => `quick_check(${name})`);
  for (const check of checks) {
    const found = db.pragma(check) as Array<{ quick_check: string }>;
    if (found[0]?.quick_check === 'ok') continue;
    return found
      .slice(0, MOST_PROBLEMS)
      .map((row) => String(row.quick_check).trim().replaceAll('\n', '; '))
      .join('; ');
  }
  return undefined;
};

/** The sums of runs of events, and the events: written together, so that they can only differ if something is lost. */
const numberProblem = (db: Sqlite.Database, tables: ReadonlySet<string>): string | undefined => {
  if (!tables.has('events')) return undefined;
  const edges = (first: string, last: string, table: string): string =>
    JSON.stringify(
      db.prepare(`SELECT (SELECT min(${first}) FROM ${table}) AS a, (SELECT max(${last}) FROM ${table}) AS b`).get(),
    );
  return edges('seq', 'seq', 'events') === edges('first_seq', 'last_seq', 'event_segments')
    ? undefined
    : 'the events and their index do not fit each other';
};

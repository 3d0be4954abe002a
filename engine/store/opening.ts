import { closeSync, fsyncSync, openSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { readOnly, removeDatabase, withDamaged } from './damaged-source.js';
import { type DataFiles, lastWriteOf, requireFile, setAside, setAsideIn, sizeOf } from './data-files.js';
import { continueAfter, lastSeqOf } from './event-numbers.js';
import { damageIn, headerProblem, isDamage } from './integrity.js';
import type { MarkFacts, ResourceCounts } from './life-mark.js';
import { type Migration, migrate, tablesOf } from './migrations.js';
import { type RecoveryReport, recoverRows } from './recovery.js';
import { openSqlite } from './sqlite-driver.js';

/** What was found when the database was opened. */
export type Opening =
  /** Nothing was there before. */
  | { kind: 'new' }
  /** As the last run left it. */
  | { kind: 'existing' }
  /** It is whole, but it is not the newest that this folder has had: commits, or the newer file, are gone. */
  | { kind: 'behind'; missing: string; continuesAfter: number }
  /** There was none, or an empty one, though others have traces of it. What it knew is gone. */
  | { kind: 'lost'; traces: string[]; setAside: string[]; continuesAfter: number }
  /** It was damaged. What could be read is in a new one. */
  | {
      kind: 'recovered';
      damage: string;
      setAside: string[];
      tables: RecoveryReport;
      missing?: string;
      continuesAfter: number;
    };

export interface OpenedDatabase {
  db: Sqlite.Database;
  opening: Opening;
}

interface OpenDatabaseOptions {
  migrations: readonly Migration[];
  busyTimeoutMs: number;
  boot: string;
}

/**
 * Opens the database of a data folder that is locked. A damaged one is never written to: it is set aside, and what can
 * be read of it is copied into a new one.
 *
 * @throws whatever is not damage, such as a full disk; the folder then is as it was
 */
export const openDatabase = (
  files: DataFiles,
  known: MarkFacts | undefined,
  options: OpenDatabaseOptions,
): OpenedDatabase => {
  for (const path of [files.database, files.wal, files.shm]) requireFile(path);
  if (completeRecovery(files)) {
    const aside = setAsideIn(files.folder).map((name) => join(files.folder, name));
    const facts = { damage: INTERRUPTED, setAside: aside, tables: {}, continuesAfter: known?.reserved ?? 0 };
    return openRecovered(files, known, options, facts);
  }
  if (sizeOf(files.database) === 0) return openEmpty(files, known, options);
  const sound = openSound(files, known, options);
  return typeof sound === 'string' ? recovered(files, sound, known, options) : checkAge(sound, known, options.boot);
};

const INTERRUPTED = 'the engine died while it recovered what could be read; this is complete now';

const opened = (file: string, { busyTimeoutMs }: OpenDatabaseOptions): Sqlite.Database => {
  // Created before SQLite does it: the file can hold passwords, so only its owner may read it.
  closeSync(openSync(file, 'a', 0o600));
  const db = openSqlite(file, { timeout: busyTimeoutMs });
  db.pragma('cell_size_check = ON');
  db.pragma('trusted_schema = OFF');
  return db;
};

const openEmpty = (files: DataFiles, known: MarkFacts | undefined, options: OpenDatabaseOptions): OpenedDatabase => {
  const traces = tracesIn(files, known);
  // A write-ahead log without its database: SQLite would delete it.
  const aside = sizeOf(files.wal) > 0 ? setAside(files) : [];
  const db = opened(files.database, options);
  try {
    db.pragma('journal_mode = WAL');
    migrate(db, options.migrations);
    if (traces.length === 0) return { db, opening: { kind: 'new' } };
    const continuesAfter = known?.reserved ?? 0;
    if (continuesAfter > 0) continueAfter(db, continuesAfter, 'damaged');
    return { db, opening: { kind: 'lost', traces, setAside: aside, continuesAfter } };
  } catch (error) {
    db.close();
    throw error;
  }
};

/** What shows that there has been a database here. */
const tracesIn = (files: DataFiles, known: MarkFacts | undefined): string[] => [
  ...(known && known.last > 0 ? [`${known.last} events had been written (${files.mark})`] : []),
  ...(known && known.topologies + known.pipelines > 0 ? [`there were ${countsText(known)} (${files.mark})`] : []),
  ...(sizeOf(files.wal) > 0 ? [`${files.wal} is there without its database`] : []),
  ...(hasClips(files.media) ? [`there are recordings in ${files.media}`] : []),
  ...setAsideIn(files.folder)
    .slice(-1)
    .map((name) => `a damaged database was set aside before: ${name}`),
];

/** Stops at the first. */
const hasClips = (folder: string): boolean => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => Number(a.isDirectory()) - Number(b.isDirectory()))
      .some((entry) => (entry.isDirectory() ? hasClips(join(folder, entry.name)) : entry.name.endsWith('.mp4')));
  } catch {
    return false;
  }
};

/** The database, or what is wrong with it. */
const openSound = (
  files: DataFiles,
  known: MarkFacts | undefined,
  options: OpenDatabaseOptions,
): Sqlite.Database | string => {
  const header = headerProblem(files.database);
  if (header !== undefined) return header;
  let db: Sqlite.Database | undefined;
  try {
    const endedInOrder = known !== undefined && known.reserved === known.last;
    // A connection that may write would move the write-ahead log into the damaged file when it is closed.
    const damage = readOnly(files.database, (source) =>
      damageIn(source, { migrations: options.migrations, endedInOrder }),
    );
    if (damage !== undefined) return damage;
    db = opened(files.database, options);
    db.pragma('journal_mode = WAL');
    migrate(db, options.migrations);
    return db;
  } catch (error) {
    db?.close();
    if (isDamage(error)) return (error as Error).message;
    throw error;
  }
};

/** Whether the database is as new as the mark says. */
const checkAge = (db: Sqlite.Database, known: MarkFacts | undefined, boot: string): OpenedDatabase => {
  const existing: OpenedDatabase = { db, opening: { kind: 'existing' } };
  if (!known) return existing;
  // A power cut can undo the last commits, and the file stays whole.
  const rebooted = known.boot !== boot;
  const missing = missingFrom(db, rebooted ? { ...known, last: 0 } : known);
  if (known.last > lastSeqOf(db)) continueAfter(db, known.reserved, rebooted ? 'powerLoss' : 'damaged');
  if (missing === undefined) return existing;
  return { db, opening: { kind: 'behind', missing, continuesAfter: lastSeqOf(db) } };
};

const missingFrom = (db: Sqlite.Database, known: MarkFacts): string | undefined => {
  const last = lastSeqOf(db);
  const now = countResources(db);
  const fewer = (['topologies', 'pipelines', 'adapters'] as const).filter((kind) => now[kind] < known[kind]);
  const missing = [
    ...(last < known.last ? [`the events ${last + 1} to ${known.last}`] : []),
    ...fewer.map((kind) => `${known[kind] - now[kind]} of ${known[kind]} ${LABELS[kind]}`),
  ];
  return missing.length === 0 ? undefined : missing.join(', ');
};

const LABELS = { topologies: 'topologies', pipelines: 'live pipelines', adapters: 'adapters' } as const;

const countsText = (counts: ResourceCounts): string =>
  `${counts.topologies} topologies, ${counts.pipelines} live pipelines and ${counts.adapters} adapters`;

export const countResources = (db: Sqlite.Database): ResourceCounts =>
  db
    .prepare<[], ResourceCounts>(
      `SELECT (SELECT count(*) FROM pipeline_topologies) AS topologies,
         (SELECT count(*) FROM live_pipelines) AS pipelines,
         (SELECT count(*) FROM remote_device_adapters) AS adapters`,
    )
    .get() ?? { topologies: 0, pipelines: 0, adapters: 0 };

/** The damaged one stays as it is until its copy is complete. */
const recovered = (
  files: DataFiles,
  damage: string,
  known: MarkFacts | undefined,
  options: OpenDatabaseOptions,
): OpenedDatabase => {
  const { tables, lastSeq } = copyIntoNew(files, known?.reserved ?? 0, options);
  const aside = setAside(files);
  renameSync(files.recovered, files.database);
  return openRecovered(files, known, options, { damage, setAside: aside, tables, continuesAfter: lastSeq });
};

const openRecovered = (
  files: DataFiles,
  known: MarkFacts | undefined,
  options: OpenDatabaseOptions,
  facts: Omit<Opening & { kind: 'recovered' }, 'kind' | 'missing'>,
): OpenedDatabase => {
  const db = opened(files.database, options);
  db.pragma('journal_mode = WAL');
  const missing = known && missingFrom(db, { ...known, last: 0 });
  return { db, opening: { kind: 'recovered', ...facts, ...(missing === undefined ? {} : { missing }) } };
};

const copyIntoNew = (files: DataFiles, known: number, options: OpenDatabaseOptions): ReturnType<typeof recoverRows> => {
  const target = opened(files.recovering, options);
  try {
    // In memory until the end: a copy that was not completed is thrown away.
    target.pragma('journal_mode = MEMORY');
    migrate(target, options.migrations);
    const from = { file: files.database, copy: `${files.recovering}-source`, fresh: files.recovering };
    const result = withDamaged(from, options.migrations.flatMap(tablesOf), (source) =>
      recoverRows(source, target, { known, writtenMs: Math.floor(lastWriteOf(files)) }),
    );
    target.close();
    sync(files.recovering);
    renameSync(files.recovering, files.recovered);
    return result;
  } catch (error) {
    if (target.open) target.close();
    removeDatabase(files.recovering);
    throw error;
  }
};

const sync = (path: string): void => {
  const fd = openSync(path, 'r+');
  fsyncSync(fd);
  closeSync(fd);
};

/**
 * A complete copy lies beside the database if the process died at the end of a recovery. If the damaged one has been set
 * aside, only the last step is missing; otherwise the copy is made again.
 *
 * @returns whether the copy has taken the place of the database
 */
const completeRecovery = (files: DataFiles): boolean => {
  const complete = sizeOf(files.recovered) > 0 && sizeOf(files.database) === 0;
  if (complete) {
    if (sizeOf(files.wal) > 0) setAside(files);
    renameSync(files.recovered, files.database);
  }
  for (const path of [files.recovering, files.recovered]) removeDatabase(path);
  return complete;
};

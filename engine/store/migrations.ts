import type Sqlite from 'better-sqlite3';
import { SluiceError } from '../core/errors.js';

/** One step of the database schema. A released step never changes: add another after it. */
export interface Migration {
  name: string;
  sql: string;
}

/**
 * The schema of sluice.db, oldest step first. `user_version` counts the steps that were applied to a file. All parts of
 * the engine add their steps at the end of this one list, so that they have one order.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    name: 'event log',
    // `wire` is the whole message as subscribers get it, so that an event is serialised only once.
    // A segment sums up a run of events: retention looks at a few segments instead of a million rows.
    sql: `
      CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        type TEXT NOT NULL,
        pipeline TEXT,
        output TEXT,
        wire TEXT NOT NULL
      ) STRICT;
      CREATE TABLE event_segments (
        first_seq INTEGER PRIMARY KEY,
        last_seq INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        first_written INTEGER NOT NULL,
        last_written INTEGER NOT NULL
      ) STRICT;
      CREATE TABLE event_gaps (
        first_seq INTEGER PRIMARY KEY,
        last_seq INTEGER NOT NULL,
        reason TEXT NOT NULL
      ) STRICT;
      CREATE TABLE event_cursors (
        consumer TEXT PRIMARY KEY,
        seq INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE event_log_state (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'topologies and live pipelines',
    // Whole resources as JSON: they are few, always read together, and the topology schema defines their form.
    sql: `
      CREATE TABLE pipeline_topologies (name TEXT PRIMARY KEY, resource TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE live_pipelines (name TEXT PRIMARY KEY, resource TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE TABLE remote_device_adapters (name TEXT PRIMARY KEY, resource TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'clips',
    // Paths are relative to the media folder, so that the data folder can be moved.
    sql: `
      CREATE TABLE clips (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,
        pipeline TEXT NOT NULL,
        sink TEXT NOT NULL,
        correlation_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'recovered', 'failed')),
        bytes INTEGER NOT NULL,
        start_utc INTEGER NOT NULL,
        end_utc INTEGER,
        requested_pre_roll INTEGER,
        actual_pre_roll INTEGER,
        reason TEXT
      ) STRICT;
      CREATE INDEX clips_of_sink ON clips (pipeline, sink, id);
      CREATE INDEX clips_open ON clips (id) WHERE state = 'open';
    `,
  },
  {
    name: 'what is being done to clips',
    // Files and rows cannot change in one transaction. What is about to be done to a file is written down first, so that
    // the next start can tell an interrupted step from the work of others.
    sql: `
      CREATE TABLE clip_names (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
      CREATE TABLE clip_tasks (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
      ALTER TABLE clips ADD COLUMN deleting INTEGER NOT NULL DEFAULT 0;
      CREATE INDEX clips_deleting ON clips (id) WHERE deleting = 1;
    `,
  },
  {
    name: 'videos',
    // A video's segments are files of their own; each opening of a gate, or the whole time that a sink records without one,
    // is a recording in it. Paths are relative to the folder of videos.
    sql: `
      CREATE TABLE videos (
        name TEXT PRIMARY KEY,
        folder TEXT NOT NULL UNIQUE,
        properties TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE segments (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video TEXT NOT NULL,
        path TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'recovered', 'failed')),
        pipeline TEXT NOT NULL,
        sink TEXT NOT NULL,
        continues INTEGER NOT NULL,
        keyed INTEGER NOT NULL,
        start_utc INTEGER NOT NULL,
        end_utc INTEGER,
        bytes INTEGER NOT NULL,
        pictures INTEGER NOT NULL,
        format TEXT,
        cuts BLOB,
        reason TEXT,
        deleting INTEGER NOT NULL DEFAULT 0
      ) STRICT;
      CREATE INDEX segments_of_video ON segments (video, start_utc);
      CREATE INDEX segments_by_age ON segments (start_utc);
      CREATE INDEX segments_open ON segments (id) WHERE state = 'open';
      CREATE INDEX segments_deleting ON segments (id) WHERE deleting = 1;
      CREATE TABLE segment_names (path TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
      CREATE TABLE recordings (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video TEXT NOT NULL,
        pipeline TEXT NOT NULL,
        sink TEXT NOT NULL,
        correlation_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('open', 'finished', 'recovered', 'failed')),
        start_utc INTEGER NOT NULL,
        end_utc INTEGER
      ) STRICT;
      CREATE INDEX recordings_of_video ON recordings (video, start_utc);
      CREATE INDEX recordings_open ON recordings (id) WHERE state = 'open';
      CREATE TABLE protected_ranges (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        video TEXT NOT NULL,
        start_utc INTEGER NOT NULL,
        end_utc INTEGER NOT NULL,
        note TEXT NOT NULL
      ) STRICT;
      CREATE INDEX protected_ranges_of_video ON protected_ranges (video, start_utc);
    `,
  },
  {
    name: 'secrets',
    sql: `
      CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
  {
    name: 'clips and recordings as people see them',
    // What caused a clip is kept with it: the event log forgets sooner. `removal` is why a clip is being deleted.
    sql: `
      ALTER TABLE clips ADD COLUMN topology TEXT;
      ALTER TABLE clips ADD COLUMN cause TEXT;
      ALTER TABLE clips ADD COLUMN frames INTEGER;
      ALTER TABLE clips ADD COLUMN protected INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE clips ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE clips ADD COLUMN removal TEXT;
      CREATE INDEX clips_by_start ON clips (start_utc, id);
      CREATE INDEX clips_of_pipeline ON clips (pipeline, start_utc, id);
      CREATE TABLE clip_retention (
        pipeline TEXT NOT NULL,
        sink TEXT NOT NULL,
        period INTEGER NOT NULL,
        PRIMARY KEY (pipeline, sink)
      ) STRICT, WITHOUT ROWID;
      ALTER TABLE recordings ADD COLUMN cause TEXT;
      ALTER TABLE recordings ADD COLUMN seen INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE recordings ADD COLUMN protection INTEGER;
    `,
  },
  {
    name: 'checksums of segments',
    // CRC-32 of each MiB. Those without were written by an earlier version, or have not been read yet.
    sql: `
      ALTER TABLE segments ADD COLUMN checksums BLOB;
    `,
  },
  {
    name: 'previews of videos',
    sql: `
      CREATE TABLE previews (
        video TEXT NOT NULL,
        hour INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        PRIMARY KEY (video, hour)
      ) STRICT, WITHOUT ROWID;
    `,
  },
];

/** Applies the steps that the file lacks, each in a transaction of its own. */
export const migrate = (db: Sqlite.Database, migrations: readonly Migration[]): void => {
  const taken = Number(db.pragma('user_version', { simple: true }));
  if (taken > migrations.length) {
    throw new SluiceError(
      'DatabaseTooNew',
      `the database has schema ${taken}, this version knows ${migrations.length}`,
      {
        kind: 'unsupported',
        where: { file: db.name },
        hint: 'It was written by a later version of Sluice. Use that one, or another data folder.',
      },
    );
  }
  migrations.slice(taken).forEach((migration, index) => {
    db.transaction(() => {
      db.exec(migration.sql);
      db.pragma(`user_version = ${taken + index + 1}`);
    }).immediate();
  });
};

/** Names of the tables that a step of the schema makes. */
export const tablesOf = ({ sql }: Migration): string[] =>
  [...sql.matchAll(/CREATE TABLE (\w+)/g)].map((match) => match[1]!);

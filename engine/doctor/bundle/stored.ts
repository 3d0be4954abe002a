import { existsSync } from 'node:fs';
import { messageOf } from '../../core/errors.js';
import { dataFiles } from '../../store/data-files.js';
import { openSqlite } from '../../store/sqlite-driver.js';

/** What the database of a data folder has of resources and events; an engine may have the folder. */
export interface Stored {
  topologies: unknown[];
  pipelines: unknown[];
  adapters: unknown[];
  /** The newest, in their order. */
  events: unknown[];
  counts: Record<string, number>;
  /** Why something of it is missing. */
  problems: string[];
}

const NEWEST_EVENTS = 2000;
const TABLES = { topologies: 'pipeline_topologies', pipelines: 'live_pipelines', adapters: 'remote_device_adapters' };
const COUNTED = ['events', 'clips', 'videos', 'segments', 'recordings'];

/** Reads what can be read, and says what cannot. */
export const readStored = (dataDir: string): Stored => {
  const stored: Stored = { topologies: [], pipelines: [], adapters: [], events: [], counts: {}, problems: [] };
  const { database } = dataFiles(dataDir);
  if (!existsSync(database)) {
    stored.problems.push('there is no database in the data folder');
    return stored;
  }
  const attempt = (what: string, work: () => void): void => {
    try {
      work();
    } catch (error) {
      stored.problems.push(`${what}: ${messageOf(error)}`);
    }
  };
  attempt('database', () => {
    const db = openSqlite(database, { readonly: true, fileMustExist: true });
    try {
      for (const [kind, table] of Object.entries(TABLES) as ['topologies' | 'pipelines' | 'adapters', string][]) {
        attempt(table, () => {
          const rows = db.prepare<[], { resource: string }>(`SELECT resource FROM ${table} ORDER BY name`).all();
          stored[kind] = rows.map(({ resource }) => parsed(resource));
        });
      }
      attempt('events', () => {
        const newest = db.prepare<[number], { wire: string }>('SELECT wire FROM events ORDER BY seq DESC LIMIT ?');
        stored.events = newest
          .all(NEWEST_EVENTS)
          .reverse()
          .map(({ wire }) => parsed(wire));
      });
      for (const table of COUNTED) {
        attempt(table, () => {
          const row = db.prepare<[], { count: number }>(`SELECT count(*) AS count FROM ${table}`).get();
          stored.counts[table] = row?.count ?? 0;
        });
      }
    } finally {
      db.close();
    }
  });
  return stored;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return { unreadable: true };
  }
};

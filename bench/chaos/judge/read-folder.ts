import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { EventRecord } from '../../../engine/events/types.js';
import type { ClipState } from '../../../engine/recording/clip-resource.js';
import { openSqlite } from '../../../engine/store/sqlite-driver.js';

export interface ClipRow {
  /** Absolute, as events give it. */
  location: string;
  state: ClipState;
  bytes: number;
}

export interface NumberGap {
  first: number;
  last: number;
  reason: string;
}

/** A data folder as a run has left it. */
export interface FolderFacts {
  /** In the order of their numbers. */
  events: readonly EventRecord[];
  /** Numbers of the rows, which must be those in the events. */
  rowNumbers: readonly number[];
  gaps: readonly NumberGap[];
  /** The highest number that retention has removed; 0 for none. */
  trimmed: number;
  clips: readonly ClipRow[];
  /** Bytes of every file below media/, by absolute path. */
  files: ReadonlyMap<string, number>;
}

/** Reads the log, the clips and the files. Changes nothing, and may be used while an engine has the folder. */
export const readFolder = (dataDir: string): FolderFacts => {
  const root = realpathSync(dataDir);
  const media = join(root, 'media');
  const db = openSqlite(join(root, 'sluice.db'), { readonly: true, fileMustExist: true });
  try {
    const rows = db.prepare<[], { seq: number; wire: string }>('SELECT seq, wire FROM events ORDER BY seq').all();
    const trimmed = db
      .prepare<[], { value: string }>("SELECT value FROM event_log_state WHERE key = 'trimmed'")
      .get()?.value;
    return {
      events: rows.map(({ wire }) => JSON.parse(wire) as EventRecord),
      rowNumbers: rows.map(({ seq }) => seq),
      gaps: db
        .prepare<[], NumberGap>(
          'SELECT first_seq AS first, last_seq AS last, reason FROM event_gaps ORDER BY first_seq',
        )
        .all(),
      trimmed: Number(trimmed ?? 0),
      clips: db
        .prepare<[], { path: string; state: ClipState; bytes: number }>(
          'SELECT path, state, bytes FROM clips ORDER BY id',
        )
        .all()
        .map(({ path, state, bytes }) => ({ location: join(media, path), state, bytes })),
      files: filesBelow(media),
    };
  } finally {
    db.close();
  }
};

const filesBelow = (folder: string): Map<string, number> => {
  const found = new Map<string, number>();
  if (!existsSync(folder)) return found;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const size = statSync(path, { throwIfNoEntry: false })?.size;
    if (size !== undefined) found.set(path, size);
  }
  return found;
};

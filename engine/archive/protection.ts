import type { Statement } from 'better-sqlite3';
import type { UtcMicros } from '../core/time.js';
import type { Database } from '../store/sqlite.js';
import type { Segment, UtcRange } from './archive-index.js';

/** A span of a video that nothing removes to make room or because of its age. */
export interface ProtectedRange extends UtcRange {
  id: number;
  video: string;
  note: string;
}

interface Row {
  id: number;
  video: string;
  start_utc: number;
  end_utc: number;
  note: string;
}

/** What people want to keep. */
export class Protection {
  readonly #add: Statement;
  readonly #set: Statement;
  readonly #remove: Statement;
  readonly #all: Statement;
  readonly #covering: Statement;

  constructor(db: Database) {
    this.#add = db.prepare('INSERT INTO protected_ranges (video, start_utc, end_utc, note) VALUES (?, ?, ?, ?)');
    this.#set = db.prepare('UPDATE protected_ranges SET start_utc = ?, end_utc = ? WHERE id = ?');
    this.#remove = db.prepare('DELETE FROM protected_ranges WHERE id = ? AND video = ?');
    this.#all = db.prepare('SELECT * FROM protected_ranges WHERE video = ? ORDER BY start_utc, id');
    this.#covering = db
      .prepare('SELECT count(*) FROM protected_ranges WHERE video = ? AND start_utc < ? AND end_utc > ?')
      .pluck();
  }

  /** Returns the range's id. */
  add(video: string, { startUtc, endUtc }: UtcRange, note: string): number {
    return Number(this.#add.run(video, startUtc, endUtc, note).lastInsertRowid);
  }

  /** It is another span now: of a recording that goes on, the end is known later. */
  set(id: number, { startUtc, endUtc }: UtcRange): void {
    this.#set.run(startUtc, endUtc, id);
  }

  /** False if there is none with this id. */
  remove(video: string, id: number): boolean {
    return this.#remove.run(id, video).changes > 0;
  }

  all(video: string): ProtectedRange[] {
    return (this.#all.all(video) as Row[]).map((row) => ({
      id: row.id,
      video: row.video,
      startUtc: row.start_utc as UtcMicros,
      endUtc: row.end_utc as UtcMicros,
      note: row.note,
    }));
  }

  /** Whether something of a segment is protected. */
  covers({ video, startUtc, endUtc }: Pick<Segment, 'video' | 'startUtc' | 'endUtc'>): boolean {
    return Number(this.#covering.get(video, endUtc ?? startUtc, startUtc)) > 0;
  }
}

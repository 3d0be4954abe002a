import type { Statement } from 'better-sqlite3';
import { type Micros, seconds, type UtcMicros, type UtcRange } from '../core/time.js';
import type { Database } from '../store/sqlite.js';
import { type ClipRecord, type ClipRow, clipRecord } from './clip-index.js';

/** Which clips are wanted. */
export interface ClipFilter {
  pipeline?: string | undefined;
  /** Clips with media in it. */
  range?: UtcRange | undefined;
  /** Those that follow this one in the list. */
  after?: ClipPlace | undefined;
  limit: number;
}

/** Where a clip is in the list of all. */
export interface ClipPlace {
  startUtc: UtcMicros;
  id: number;
}

/** No clip is longer, so that a search from a time on need not go back to the beginning. */
const LONGEST: Micros = seconds(86_400);

/** Clips for people: newest first, by id, and what people note of them. */
export class ClipList {
  readonly #page: Statement;
  readonly #ofPipeline: Statement;
  readonly #byId: Statement;
  readonly #protect: Statement;
  readonly #see: Statement;

  constructor(db: Database) {
    const page = (more: string): Statement =>
      db.prepare(
        `SELECT * FROM clips WHERE ${more} start_utc < @end AND start_utc > @from AND coalesce(end_utc, 9e18) > @start
           AND (start_utc, id) < (@startUtc, @id) AND deleting = 0 ORDER BY start_utc DESC, id DESC LIMIT @limit`,
      );
    this.#page = page('');
    this.#ofPipeline = page('pipeline = @pipeline AND');
    this.#byId = db.prepare('SELECT * FROM clips WHERE id = ? AND deleting = 0');
    this.#protect = db.prepare('UPDATE clips SET protected = ? WHERE id = ?');
    this.#see = db.prepare('UPDATE clips SET seen = 1 WHERE id = ?');
  }

  /** Newest first. */
  page({ pipeline, range, after, limit }: ClipFilter): ClipRecord[] {
    const start = range?.startUtc ?? 0;
    const rows = (pipeline === undefined ? this.#page : this.#ofPipeline).all({
      ...(pipeline === undefined ? {} : { pipeline }),
      ...{ start, from: start - LONGEST, end: range?.endUtc ?? Number.MAX_SAFE_INTEGER, limit },
      ...(after ?? { startUtc: Number.MAX_SAFE_INTEGER, id: 0 }),
    });
    return (rows as ClipRow[]).map(clipRecord);
  }

  get(id: number): ClipRecord | undefined {
    const row = this.#byId.get(id) as ClipRow | undefined;
    return row && clipRecord(row);
  }

  protect(id: number, wanted: boolean): void {
    this.#protect.run(wanted ? 1 : 0, id);
  }

  see(id: number): void {
    this.#see.run(id);
  }
}

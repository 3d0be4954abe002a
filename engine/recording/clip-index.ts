import type { Statement } from 'better-sqlite3';
import type { Micros, UtcMicros } from '../core/time.js';
import type { Database } from '../store/sqlite.js';

/**
 * `open`: being written. `finished`: complete and finalised. `recovered`: left behind by a crash or a dead muxer, plays
 * as far as it was written. `failed`: does not play.
 */
export type ClipState = 'open' | 'finished' | 'recovered' | 'failed';

/** The sink that a clip belongs to. Each sink has its own budget. */
export interface SinkId {
  pipeline: string;
  sink: string;
}

export interface NewClip extends SinkId {
  /** Relative to the media folder. */
  path: string;
  correlationId: string;
  startUtc: UtcMicros;
  requestedPreRoll?: Micros;
  actualPreRoll?: Micros;
}

export interface ClipRecord extends SinkId {
  /** Ascending in the order in which clips began. */
  id: number;
  path: string;
  correlationId: string;
  state: ClipState;
  bytes: number;
  startUtc: UtcMicros;
  endUtc: UtcMicros | undefined;
  /** Why it is `recovered` or `failed`. */
  reason: string | undefined;
}

/** What is known of a clip when it is over. */
export interface ClipOutcome {
  state: Exclude<ClipState, 'open'>;
  bytes: number;
  endUtc?: UtcMicros;
  reason?: string;
}

interface Row {
  id: number;
  path: string;
  pipeline: string;
  sink: string;
  correlation_id: string;
  state: ClipState;
  bytes: number;
  start_utc: number;
  end_utc: number | null;
  reason: string | null;
}

/**
 * Every clip that the engine has made and not deleted, in the `clips` table of sluice.db. Times are UTC, because media
 * time has no meaning after a restart.
 */
export class ClipIndex {
  readonly #db: Database;
  readonly #forget: Statement;
  readonly #begin: Statement;
  readonly #end: Statement;
  readonly #byPath: Statement;
  readonly #open: Statement;
  readonly #bytes: Statement;
  readonly #oldest: Statement;

  constructor(db: Database) {
    this.#db = db;
    const closed = "state <> 'open' AND pipeline = ? AND sink = ?";
    this.#forget = db.prepare('DELETE FROM clips WHERE path = ?');
    this.#begin = db.prepare(
      `INSERT INTO clips (path, pipeline, sink, correlation_id, state, bytes, start_utc,
         requested_pre_roll, actual_pre_roll) VALUES (?, ?, ?, ?, 'open', 0, ?, ?, ?)`,
    );
    this.#end = db.prepare('UPDATE clips SET state = ?, bytes = ?, end_utc = ?, reason = ? WHERE path = ?');
    this.#byPath = db.prepare('SELECT * FROM clips WHERE path = ?');
    this.#open = db.prepare("SELECT * FROM clips WHERE state = 'open' ORDER BY id");
    this.#bytes = db.prepare(`SELECT coalesce(sum(bytes), 0) AS bytes FROM clips WHERE ${closed}`);
    this.#oldest = db.prepare(`SELECT * FROM clips WHERE ${closed} AND id > ? ORDER BY id LIMIT ?`);
  }

  /** Adds a clip that is about to be written. Removes an earlier one with the same path. */
  begin(clip: NewClip): void {
    this.#db.transaction(() => {
      this.#forget.run(clip.path);
      this.#begin.run(
        clip.path,
        clip.pipeline,
        clip.sink,
        clip.correlationId,
        clip.startUtc,
        clip.requestedPreRoll ?? null,
        clip.actualPreRoll ?? null,
      );
    })();
  }

  end(path: string, outcome: ClipOutcome): void {
    const { state, bytes, endUtc, reason } = outcome;
    this.#end.run(state, bytes, endUtc ?? null, reason ?? null, path);
  }

  /** Removes a clip whose file is gone. */
  forget(path: string): void {
    this.#forget.run(path);
  }

  get(path: string): ClipRecord | undefined {
    const row = this.#byPath.get(path) as Row | undefined;
    return row && record(row);
  }

  /** Clips that are being written, or were when the engine died. */
  open(): ClipRecord[] {
    return (this.#open.all() as Row[]).map(record);
  }

  /** Size of the clips of a sink that are not open, in bytes. */
  bytesOf(sink: SinkId): number {
    return (this.#bytes.get(sink.pipeline, sink.sink) as { bytes: number }).bytes;
  }

  /** Up to `limit` clips of a sink that are not open, oldest first, after the one with id `after`. */
  oldestOf(sink: SinkId, limit: number, after = 0): ClipRecord[] {
    return (this.#oldest.all(sink.pipeline, sink.sink, after, limit) as Row[]).map(record);
  }
}

const record = (row: Row): ClipRecord => ({
  id: row.id,
  path: row.path,
  pipeline: row.pipeline,
  sink: row.sink,
  correlationId: row.correlation_id,
  state: row.state,
  bytes: row.bytes,
  startUtc: row.start_utc as UtcMicros,
  endUtc: (row.end_utc ?? undefined) as UtcMicros | undefined,
  reason: row.reason ?? undefined,
});

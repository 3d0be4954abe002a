import type { Statement } from 'better-sqlite3';
import type { Micros, UtcMicros } from '../core/time.js';
import { type Cause, causeOf, causeText } from '../events/causes.js';
import type { Database } from '../store/sqlite.js';
import type { ClipState } from './clip-resource.js';
import { NameTable } from './name-table.js';
import type { DeletionReason } from './recording-events.js';
import { TaskTable } from './task-table.js';

/**
 * The sink that a clip belongs to. Each sink has its own budget. Both names are empty for a clip that was found without a
 * row, until its sink is known.
 */
export interface SinkId {
  pipeline: string;
  sink: string;
}

/** What stays the same of a clip from its first byte to its last event. */
export interface ClipIdentity extends SinkId {
  /** Ascending in the order in which clips began. Never used again. */
  id: number;
  /** Relative to the media folder. May be used again once its file is gone. */
  path: string;
  /** Empty for a clip that was found without a row. */
  correlationId: string;
  startUtc: UtcMicros;
}

export interface NewClip extends Omit<ClipIdentity, 'id'> {
  topology?: string;
  /** The event with the correlation id. */
  cause?: Cause | undefined;
  requestedPreRoll?: Micros;
  actualPreRoll?: Micros;
}

export interface ClipRecord extends ClipIdentity {
  state: ClipState;
  bytes: number;
  endUtc: UtcMicros | undefined;
  /** Why it is `recovered` or `failed`. */
  reason: string | undefined;
  /** Why its file is about to be deleted, or is deleted already; undefined for one that stays. */
  deleting: DeletionReason | undefined;
  /** Undefined for a clip that was found without a row, as its cause is. */
  topology: string | undefined;
  cause: Cause | undefined;
  /** Pictures, where they were counted. */
  frames: number | undefined;
  /** Media from before its cause, where it is the first file of an opening. */
  preRoll: Micros | undefined;
  /** Somebody wants to keep it. */
  protected: boolean;
  /** Somebody has looked at it. */
  seen: boolean;
}

/** What is known of a clip when it is over. */
export interface ClipOutcome {
  state: Exclude<ClipState, 'open'>;
  bytes: number;
  endUtc?: UtcMicros;
  frames?: number | undefined;
  reason?: string;
}

/** A row of the table. */
export interface ClipRow {
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
  deleting: number;
  removal: string | null;
  topology: string | null;
  cause: string | null;
  frames: number | null;
  actual_pre_roll: number | null;
  protected: number;
  seen: number;
}

/**
 * Every clip that the engine has made and not deleted, in the `clips` table of sluice.db. Times are UTC, because media
 * time has no meaning after a restart. Rows are changed by id: a change may have to wait, and another clip may have the
 * path by then.
 */
export class ClipIndex {
  readonly names: NameTable;
  readonly #forget: Statement;
  readonly #begin: Statement;
  readonly #adopt: Statement;
  readonly #claim: Statement;
  readonly #end: Statement;
  readonly #mark: Statement;
  readonly #marked: Statement;
  readonly #byPath: Statement;
  readonly #open: Statement;
  readonly #bytes: Statement;
  readonly #oldest: Statement;
  readonly #oldestFree: Statement;
  readonly #ended: Statement;
  readonly #putPeriod: Statement;
  readonly #endPeriod: Statement;
  readonly #periods: Statement;
  readonly tasks: TaskTable;

  constructor(db: Database) {
    const closed = "state <> 'open' AND pipeline = ? AND sink = ?";
    this.names = new NameTable(db, 'clip_names');
    this.#forget = db.prepare('DELETE FROM clips WHERE id = ?');
    this.#begin = db.prepare(
      `INSERT INTO clips (path, pipeline, sink, correlation_id, state, bytes, start_utc,
         requested_pre_roll, actual_pre_roll, topology, cause) VALUES (?, ?, ?, ?, 'open', 0, ?, ?, ?, ?, ?)`,
    );
    this.#adopt = db.prepare(
      `INSERT INTO clips (path, pipeline, sink, correlation_id, state, bytes, start_utc, end_utc, reason)
         VALUES (?, '', '', '', ?, ?, ?, ?, ?)`,
    );
    this.#claim = db.prepare('UPDATE clips SET pipeline = ?, sink = ? WHERE id = ?');
    this.#end = db.prepare('UPDATE clips SET state = ?, bytes = ?, end_utc = ?, frames = ?, reason = ? WHERE id = ?');
    this.#mark = db.prepare('UPDATE clips SET deleting = ?, removal = ? WHERE id = ?');
    this.#marked = db.prepare('SELECT * FROM clips WHERE deleting = 1 ORDER BY id');
    this.#byPath = db.prepare('SELECT * FROM clips WHERE path = ?');
    this.#open = db.prepare("SELECT * FROM clips WHERE state = 'open' ORDER BY id");
    this.#bytes = db.prepare(`SELECT coalesce(sum(bytes), 0) AS bytes FROM clips WHERE ${closed}`);
    this.#oldest = db.prepare(`SELECT * FROM clips WHERE ${closed} AND id > ? ORDER BY id LIMIT ?`);
    this.#oldestFree = db.prepare(`SELECT * FROM clips WHERE ${closed} AND protected = 0 ORDER BY id LIMIT ?`);
    this.#ended = db.prepare(
      `SELECT * FROM clips WHERE ${closed} AND protected = 0 AND start_utc < ? AND coalesce(end_utc, start_utc) < ?
         ORDER BY start_utc, id LIMIT ?`,
    );
    this.#putPeriod = db.prepare(
      `INSERT INTO clip_retention VALUES (?, ?, ?) ON CONFLICT (pipeline, sink) DO UPDATE SET period = excluded.period`,
    );
    this.#endPeriod = db.prepare('DELETE FROM clip_retention WHERE pipeline = ? AND sink = ?');
    this.#periods = db.prepare('SELECT * FROM clip_retention');
    this.tasks = new TaskTable(db);
  }

  /** Adds a clip whose file exists, and releases the path. Returns the id. */
  begin(clip: NewClip): number {
    this.names.release(clip.path);
    const { lastInsertRowid } = this.#begin.run(
      clip.path,
      clip.pipeline,
      clip.sink,
      clip.correlationId,
      clip.startUtc,
      clip.requestedPreRoll ?? null,
      clip.actualPreRoll ?? null,
      clip.topology ?? null,
      causeText(clip.cause),
    );
    return Number(lastInsertRowid);
  }

  /** Adds a clip of an unknown sink. */
  adopt(path: string, startUtc: UtcMicros, { state, bytes, endUtc, reason }: ClipOutcome): void {
    this.#adopt.run(path, state, bytes, startUtc, endUtc ?? null, reason ?? null);
  }

  /** The sink of an adopted clip is known. */
  claim(id: number, { pipeline, sink }: SinkId): void {
    this.#claim.run(pipeline, sink, id);
  }

  end(id: number, outcome: ClipOutcome): void {
    const { state, bytes, endUtc, frames, reason } = outcome;
    this.#end.run(state, bytes, endUtc ?? null, frames ?? null, reason ?? null, id);
  }

  /** Removes a clip whose file is gone. */
  forget(id: number): void {
    this.#forget.run(id);
  }

  /** Notes why a clip's file is about to be deleted, or with undefined that it could not be. */
  mark(id: number, why: DeletionReason | undefined): void {
    this.#mark.run(why === undefined ? 0 : 1, why ?? null, id);
  }

  /** Clips whose files were about to be deleted. */
  marked(): ClipRecord[] {
    return (this.#marked.all() as ClipRow[]).map(clipRecord);
  }

  get(path: string): ClipRecord | undefined {
    const row = this.#byPath.get(path) as ClipRow | undefined;
    return row && clipRecord(row);
  }

  /** Clips that are being written, or were when the engine died. */
  open(): ClipRecord[] {
    return (this.#open.all() as ClipRow[]).map(clipRecord);
  }

  /** Size of the clips of a sink that are not open, in bytes. */
  bytesOf(sink: SinkId): number {
    return (this.#bytes.get(sink.pipeline, sink.sink) as { bytes: number }).bytes;
  }

  /** Up to `limit` clips of a sink that are not open, oldest first, after the one with id `after`. */
  oldestOf(sink: SinkId, limit: number, after = 0): ClipRecord[] {
    return (this.#oldest.all(sink.pipeline, sink.sink, after, limit) as ClipRow[]).map(clipRecord);
  }

  /** As `oldestOf`, but without those that somebody wants to keep. */
  oldestFreeOf(sink: SinkId, limit: number): ClipRecord[] {
    return (this.#oldestFree.all(sink.pipeline, sink.sink, limit) as ClipRow[]).map(clipRecord);
  }

  /** Up to `limit` clips of a sink that nobody wants to keep and that ended before a time, oldest first. */
  endedBefore(sink: SinkId, utc: UtcMicros, limit: number): ClipRecord[] {
    return (this.#ended.all(sink.pipeline, sink.sink, utc, utc, limit) as ClipRow[]).map(clipRecord);
  }

  /** Notes how long the clips of a sink are kept; undefined: as long as there is room. */
  setRetention({ pipeline, sink }: SinkId, period: Micros | undefined): void {
    if (period === undefined) this.#endPeriod.run(pipeline, sink);
    else this.#putPeriod.run(pipeline, sink, period);
  }

  /** The sinks whose clips are kept for a certain time, whether or not they run. */
  retentions(): (SinkId & { period: Micros })[] {
    return this.#periods.all() as (SinkId & { period: Micros })[];
  }
}

export const clipRecord = (row: ClipRow): ClipRecord => ({
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
  // Earlier versions deleted for this reason only, and noted none.
  deleting: row.deleting === 1 ? ((row.removal ?? 'maximumSizeMiB') as DeletionReason) : undefined,
  topology: row.topology ?? undefined,
  cause: causeOf(row.cause),
  frames: row.frames ?? undefined,
  preRoll: row.actual_pre_roll ?? undefined,
  protected: row.protected === 1,
  seen: row.seen === 1,
});

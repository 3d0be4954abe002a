import type { Statement } from 'better-sqlite3';
import type { UtcMicros } from '../core/time.js';
import { type Cause, causeOf, causeText } from '../events/causes.js';
import type { SinkId } from '../recording/clip-index.js';
import type { ClipState } from '../recording/clip-resource.js';
import type { Database } from '../store/sqlite.js';
import type { UtcRange } from './archive-index.js';

/** What an event of the gate, or the time without a gate, has put into a video. */
export interface Recording extends SinkId {
  id: number;
  video: string;
  /** Id of the event that asked for it; empty where a sink records without a gate. */
  correlationId: string;
  state: ClipState;
  startUtc: UtcMicros;
  endUtc: UtcMicros | undefined;
  /** The event with the correlation id, as far as the log still had it. */
  cause: Cause | undefined;
  /** Somebody has looked at it. */
  seen: boolean;
  /** Id of the protected range that keeps its media; undefined if it is kept no longer than other media. */
  protection: number | undefined;
}

export type NewRecording = Omit<Recording, 'id' | 'state' | 'endUtc' | 'seen' | 'protection'>;

interface Row {
  id: number;
  video: string;
  pipeline: string;
  sink: string;
  correlation_id: string;
  state: ClipState;
  start_utc: number;
  end_utc: number | null;
  cause: string | null;
  seen: number;
  protection: number | null;
}

/** Where a recording is in the list of all. */
export interface RecordingPlace {
  startUtc: UtcMicros;
  id: number;
}

/** The recordings in all videos. Their media is in segments, which several may share. */
export class RecordingIndex {
  readonly #begin: Statement;
  readonly #restore: Statement;
  readonly #isTaken: Statement;
  readonly #stop: Statement;
  readonly #end: Statement;
  readonly #open: Statement;
  readonly #between: Statement;
  readonly #get: Statement;
  readonly #see: Statement;
  readonly #protect: Statement;
  readonly #forget: Statement;

  constructor(db: Database) {
    this.#begin = db.prepare(
      `INSERT INTO recordings (video, pipeline, sink, correlation_id, state, start_utc, cause)
         VALUES (?, ?, ?, ?, 'open', ?, ?)`,
    );
    this.#restore = db.prepare(
      `INSERT INTO recordings (id, video, pipeline, sink, correlation_id, state, start_utc, end_utc, cause)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#isTaken = db.prepare('SELECT 1 FROM recordings WHERE id = ?');
    this.#stop = db.prepare('UPDATE recordings SET end_utc = ? WHERE id = ?');
    this.#end = db.prepare('UPDATE recordings SET state = ?, start_utc = ?, end_utc = ? WHERE id = ?');
    this.#open = db.prepare("SELECT * FROM recordings WHERE state = 'open' ORDER BY id");
    this.#between = db.prepare(
      `SELECT * FROM recordings WHERE video = ? AND start_utc < ? AND coalesce(end_utc, 9e18) > ?
         AND (start_utc, id) > (?, ?) ORDER BY start_utc, id LIMIT ?`,
    );
    this.#get = db.prepare('SELECT * FROM recordings WHERE video = ? AND id = ?');
    this.#see = db.prepare('UPDATE recordings SET seen = 1 WHERE id = ?');
    this.#protect = db.prepare('UPDATE recordings SET protection = ? WHERE id = ?');
    this.#forget = db.prepare("DELETE FROM recordings WHERE video = ? AND state <> 'open' AND end_utc <= ?");
  }

  begin({ video, pipeline, sink, correlationId, startUtc, cause }: NewRecording): number {
    return Number(this.#begin.run(video, pipeline, sink, correlationId, startUtc, causeText(cause)).lastInsertRowid);
  }

  /**
   * Adds one that the database has lost.
   * @returns its id, which is the old one unless another has that
   */
  restore(id: number, recording: Omit<Recording, 'id' | 'seen' | 'protection'>): number {
    const { video, pipeline, sink, correlationId, state, startUtc, endUtc, cause } = recording;
    const own = this.#isTaken.get(id) === undefined ? id : null;
    const row = [own, video, pipeline, sink, correlationId, state, startUtc, endUtc ?? null, causeText(cause)];
    return Number(this.#restore.run(...row).lastInsertRowid);
  }

  /** It gets nothing more, but not all of it is on the disk yet. */
  stop(id: number, endUtc: UtcMicros): void {
    this.#stop.run(endUtc, id);
  }

  end(id: number, state: Exclude<ClipState, 'open'>, { startUtc, endUtc }: UtcRange): void {
    this.#end.run(state, startUtc, endUtc, id);
  }

  /** Those that go on, or did when the engine died. */
  open(): Recording[] {
    return (this.#open.all() as Row[]).map(recordingOf);
  }

  /** Recordings with media in this span, in the order in which they began. */
  between(video: string, { startUtc, endUtc }: UtcRange, limit = 10_000, after?: RecordingPlace): Recording[] {
    const { startUtc: from, id } = after ?? { startUtc: Number.MIN_SAFE_INTEGER, id: 0 };
    return (this.#between.all(video, endUtc, startUtc, from, id, limit) as Row[]).map(recordingOf);
  }

  get(video: string, id: number): Recording | undefined {
    const row = this.#get.get(video, id) as Row | undefined;
    return row && recordingOf(row);
  }

  see(id: number): void {
    this.#see.run(id);
  }

  /** @param protection id of the protected range */
  protect(id: number, protection: number | undefined): void {
    this.#protect.run(protection ?? null, id);
  }

  /** Forgets those of which no media is left. */
  forgetUntil(video: string, utc: UtcMicros): void {
    this.#forget.run(video, utc);
  }
}

const recordingOf = (row: Row): Recording => ({
  id: row.id,
  video: row.video,
  pipeline: row.pipeline,
  sink: row.sink,
  correlationId: row.correlation_id,
  state: row.state,
  startUtc: row.start_utc as UtcMicros,
  endUtc: (row.end_utc ?? undefined) as UtcMicros | undefined,
  cause: causeOf(row.cause),
  seen: row.seen === 1,
  protection: row.protection ?? undefined,
});

import type { Statement } from 'better-sqlite3';
import type { UtcMicros } from '../core/time.js';
import type { ClipState, SinkId } from '../recording/clip-index.js';
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
}

export type NewRecording = Omit<Recording, 'id' | 'state' | 'endUtc'>;

interface Row {
  id: number;
  video: string;
  pipeline: string;
  sink: string;
  correlation_id: string;
  state: ClipState;
  start_utc: number;
  end_utc: number | null;
}

/** The recordings in all videos. Their media is in segments, which several may share. */
export class RecordingIndex {
  readonly #begin: Statement;
  readonly #end: Statement;
  readonly #open: Statement;
  readonly #between: Statement;
  readonly #forget: Statement;

  constructor(db: Database) {
    this.#begin = db.prepare(
      `INSERT INTO recordings (video, pipeline, sink, correlation_id, state, start_utc) VALUES (?, ?, ?, ?, 'open', ?)`,
    );
    this.#end = db.prepare('UPDATE recordings SET state = ?, start_utc = ?, end_utc = ? WHERE id = ?');
    this.#open = db.prepare("SELECT * FROM recordings WHERE state = 'open' ORDER BY id");
    this.#between = db.prepare(
      `SELECT * FROM recordings WHERE video = ? AND start_utc < ? AND coalesce(end_utc, 9e18) > ?
         ORDER BY start_utc, id LIMIT ?`,
    );
    this.#forget = db.prepare("DELETE FROM recordings WHERE video = ? AND state <> 'open' AND end_utc <= ?");
  }

  begin({ video, pipeline, sink, correlationId, startUtc }: NewRecording): number {
    return Number(this.#begin.run(video, pipeline, sink, correlationId, startUtc).lastInsertRowid);
  }

  end(id: number, state: Exclude<ClipState, 'open'>, { startUtc, endUtc }: UtcRange): void {
    this.#end.run(state, startUtc, endUtc, id);
  }

  /** Those that go on, or did when the engine died. */
  open(): Recording[] {
    return (this.#open.all() as Row[]).map(recordingOf);
  }

  between(video: string, { startUtc, endUtc }: UtcRange, limit = 10_000): Recording[] {
    return (this.#between.all(video, endUtc, startUtc, limit) as Row[]).map(recordingOf);
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
});

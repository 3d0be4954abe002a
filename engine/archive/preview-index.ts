import type { Statement } from 'better-sqlite3';
import type { UtcMicros, UtcRange } from '../core/time.js';
import type { Database } from '../store/sqlite.js';

/** How much room the pictures of each hour take, in sluice.db. What is in their files is known from these. */
export class PreviewIndex {
  readonly #put: Statement;
  readonly #bytes: Statement;
  readonly #hours: Statement;
  readonly #forget: Statement;

  constructor(db: Database) {
    this.#put = db.prepare(
      'INSERT INTO previews VALUES (?, ?, ?) ON CONFLICT (video, hour) DO UPDATE SET bytes = excluded.bytes',
    );
    this.#bytes = db.prepare('SELECT coalesce(sum(bytes), 0) FROM previews').pluck();
    this.#hours = db
      .prepare('SELECT hour FROM previews WHERE video = ? AND hour >= ? AND hour < ? ORDER BY hour')
      .pluck();
    this.#forget = db.prepare('DELETE FROM previews WHERE video = ? AND hour = ?');
  }

  /** @param bytes size of the hour's file */
  put(video: string, hour: UtcMicros, bytes: number): void {
    this.#put.run(video, hour, bytes);
  }

  /** Of all videos. */
  bytes(): number {
    return Number(this.#bytes.get());
  }

  /** The hours of a video that have a file and begin in this span. */
  hours(video: string, { startUtc, endUtc }: UtcRange): UtcMicros[] {
    return this.#hours.all(video, startUtc, endUtc) as UtcMicros[];
  }

  forget(video: string, hour: UtcMicros): void {
    this.#forget.run(video, hour);
  }
}

import type { Statement } from 'better-sqlite3';
import type { UtcMicros, UtcRange } from '../core/time.js';
import type { SinkId } from '../recording/clip-index.js';
import type { ClipState } from '../recording/clip-resource.js';
import { NameTable } from '../recording/name-table.js';
import { TaskTable } from '../recording/task-table.js';
import type { Database } from '../store/sqlite.js';
import { type Cut, packCuts, unpackCuts } from './cuts.js';
import type { Video, VideoProperties } from './video.js';

export type { UtcRange } from '../core/time.js';

/** A file of an archive. */
export interface Segment extends SinkId {
  /** Ascending in the order in which segments began. Never used again. */
  id: number;
  video: string;
  /** Relative to the folder of videos. */
  path: string;
  state: ClipState;
  /** Its first picture follows the last of the segment before, and may need that. */
  continues: boolean;
  /** It begins with a keyframe. */
  keyed: boolean;
  startUtc: UtcMicros;
  endUtc: UtcMicros | undefined;
  bytes: number;
  pictures: number;
  /** Segments with the same one can be played on from each other; undefined while nothing is known. */
  format: string | undefined;
  cuts: readonly Cut[];
  /** As `checksumsOf` makes them; undefined while nothing vouches for its bytes. */
  checksums: Uint8Array | undefined;
  /** Why it is `recovered` or `failed`. */
  reason: string | undefined;
  deleting: boolean;
}

export type NewSegment = Pick<Segment, 'video' | 'path' | 'pipeline' | 'sink' | 'continues' | 'keyed' | 'startUtc'>;

/** What is known of a segment when it is over. */
export interface SegmentOutcome {
  state: Exclude<ClipState, 'open'>;
  bytes: number;
  pictures: number;
  endUtc: UtcMicros;
  format?: string;
  cuts?: readonly Cut[];
  checksums?: Uint8Array | undefined;
  reason?: string;
}

interface SegmentRow {
  id: number;
  video: string;
  path: string;
  state: ClipState;
  pipeline: string;
  sink: string;
  continues: number;
  keyed: number;
  start_utc: number;
  end_utc: number | null;
  bytes: number;
  pictures: number;
  format: string | null;
  cuts: Uint8Array | null;
  checksums: Uint8Array | null;
  reason: string | null;
  deleting: number;
}

interface VideoRow {
  name: string;
  folder: string;
  properties: string;
}

/** Videos and their segments, in sluice.db. Times are UTC. Rows are changed by id, as those of clips are. */
export class ArchiveIndex {
  readonly names: NameTable;
  readonly tasks: TaskTable;
  readonly #videos: Statement;
  readonly #video: Statement;
  readonly #putVideo: Statement;
  readonly #deleteVideo: Statement;
  readonly #begin: Statement;
  readonly #add: Statement;
  readonly #end: Statement;
  readonly #putChecksums: Statement;
  readonly #unsummed: Statement;
  readonly #forget: Statement;
  readonly #mark: Statement;
  readonly #marked: Statement;
  readonly #open: Statement;
  readonly #byPath: Statement;
  readonly #between: Statement;
  readonly #oldest: Statement;
  readonly #last: Statement;
  readonly #bytes: Statement;
  readonly #withFormat: Statement;

  constructor(db: Database) {
    this.#videos = db.prepare('SELECT * FROM videos ORDER BY name');
    this.#video = db.prepare('SELECT * FROM videos WHERE name = ?');
    this.#putVideo = db.prepare(
      'INSERT INTO videos VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET properties = excluded.properties',
    );
    this.#deleteVideo = db.prepare('DELETE FROM videos WHERE name = ?');
    this.#begin = db.prepare(
      `INSERT INTO segments (video, path, state, pipeline, sink, continues, keyed, start_utc, bytes, pictures)
         VALUES (?, ?, 'open', ?, ?, ?, ?, ?, 0, 0)`,
    );
    this.#add = db.prepare(
      `INSERT INTO segments (video, path, state, pipeline, sink, continues, keyed, start_utc, end_utc, bytes, pictures,
         format, cuts, checksums, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#end = db.prepare(
      `UPDATE segments SET state = ?, bytes = ?, pictures = ?, end_utc = ?, format = ?, cuts = ?, reason = ?
         WHERE id = ?`,
    );
    this.#putChecksums = db.prepare('UPDATE segments SET checksums = ? WHERE id = ?');
    this.#unsummed = db.prepare("SELECT * FROM segments WHERE checksums IS NULL AND state <> 'open' ORDER BY id");
    this.#forget = db.prepare('DELETE FROM segments WHERE id = ?');
    this.#mark = db.prepare('UPDATE segments SET deleting = ? WHERE id = ?');
    this.#marked = db.prepare('SELECT * FROM segments WHERE deleting = 1 ORDER BY id');
    this.#open = db.prepare("SELECT * FROM segments WHERE state = 'open' ORDER BY id");
    this.#byPath = db.prepare('SELECT * FROM segments WHERE path = ?');
    this.#between = db.prepare(
      `SELECT * FROM segments WHERE video = ? AND start_utc < ? AND coalesce(end_utc, 9e18) > ?
         ORDER BY start_utc, id LIMIT ?`,
    );
    this.#oldest = db.prepare(
      `SELECT * FROM segments WHERE state <> 'open' AND (@video IS NULL OR video = @video) AND start_utc > @after
         ORDER BY start_utc LIMIT @limit`,
    );
    this.#last = db.prepare('SELECT * FROM segments WHERE video = ? ORDER BY start_utc DESC, id DESC LIMIT 1');
    this.#bytes = db
      .prepare('SELECT coalesce(sum(bytes), 0) FROM segments WHERE (@video IS NULL OR video = @video)')
      .pluck();
    this.#withFormat = db.prepare(
      'SELECT * FROM segments WHERE video = ? AND format = ? ORDER BY start_utc DESC LIMIT 1',
    );
    this.names = new NameTable(db, 'segment_names');
    this.tasks = new TaskTable(db);
  }

  videos(): Video[] {
    return (this.#videos.all() as VideoRow[]).map(videoOf);
  }

  video(name: string): Video | undefined {
    const row = this.#video.get(name) as VideoRow | undefined;
    return row && videoOf(row);
  }

  putVideo({ name, folder, ...properties }: Video): void {
    this.#putVideo.run(name, folder, JSON.stringify(properties));
  }

  forgetVideo(name: string): void {
    this.#deleteVideo.run(name);
  }

  /** Adds a segment whose file exists, and releases the path. Returns the id. */
  begin({ video, path, pipeline, sink, continues, keyed, startUtc }: NewSegment): number {
    this.names.release(path);
    const row = [video, path, pipeline, sink, continues ? 1 : 0, keyed ? 1 : 0, startUtc];
    return Number(this.#begin.run(...row).lastInsertRowid);
  }

  /** Adds a segment that was found on the disk. */
  add(segment: NewSegment, outcome: SegmentOutcome): void {
    const { video, path, pipeline, sink, continues, keyed, startUtc } = segment;
    const { state, bytes, pictures, endUtc, format, cuts, checksums, reason } = outcome;
    this.#add.run(
      ...[video, path, state, pipeline, sink, continues ? 1 : 0, keyed ? 1 : 0, startUtc, endUtc, bytes, pictures],
      ...[format ?? null, cuts ? packCuts(cuts) : null, checksums ?? null, reason ?? null],
    );
  }

  end(id: number, { state, bytes, pictures, endUtc, format, cuts, reason }: SegmentOutcome): void {
    const packed = cuts ? packCuts(cuts) : null;
    this.#end.run(state, bytes, pictures, endUtc, format ?? null, packed, reason ?? null, id);
  }

  putChecksums(id: number, checksums: Uint8Array): void {
    this.#putChecksums.run(checksums, id);
  }

  /** Segments that are over and have no checksums. */
  unsummed(): Segment[] {
    return (this.#unsummed.all() as SegmentRow[]).map(segmentOf);
  }

  /** Removes a segment whose file is gone. */
  forget(id: number): void {
    this.#forget.run(id);
  }

  /** Notes that a segment's file is about to be deleted, or that it could not be. */
  mark(id: number, deleting: boolean): void {
    this.#mark.run(deleting ? 1 : 0, id);
  }

  /** Segments whose files were about to be deleted. */
  marked(): Segment[] {
    return (this.#marked.all() as SegmentRow[]).map(segmentOf);
  }

  /** Segments that are being written, or were when the engine died. */
  open(): Segment[] {
    return (this.#open.all() as SegmentRow[]).map(segmentOf);
  }

  get(path: string): Segment | undefined {
    const row = this.#byPath.get(path) as SegmentRow | undefined;
    return row && segmentOf(row);
  }

  /** Segments with media in this span, in the order of time; open ones count as going on. */
  between(video: string, { startUtc, endUtc }: UtcRange, limit = 1_000_000): Segment[] {
    return (this.#between.all(video, endUtc, startUtc, limit) as SegmentRow[]).map(segmentOf);
  }

  /** Up to `limit` segments that are not open and begin after a time, oldest first; of one video, or of all. */
  oldest(video: string | null, limit: number, after = -1): Segment[] {
    return (this.#oldest.all({ video, after, limit }) as SegmentRow[]).map(segmentOf);
  }

  last(video: string): Segment | undefined {
    const row = this.#last.get(video) as SegmentRow | undefined;
    return row && segmentOf(row);
  }

  /** The newest segment with this format that is over. */
  withFormat(video: string, format: string): Segment | undefined {
    const row = this.#withFormat.get(video, format) as SegmentRow | undefined;
    return row && segmentOf(row);
  }

  /** Size of the segments that are not open, in bytes; of one video, or of all. */
  bytes(video: string | null): number {
    return Number(this.#bytes.get({ video }));
  }
}

const videoOf = ({ name, folder, properties }: VideoRow): Video => ({
  name,
  folder,
  ...({ retentionPeriod: undefined, ...JSON.parse(properties) } as VideoProperties),
});

const segmentOf = (row: SegmentRow): Segment => ({
  id: row.id,
  video: row.video,
  path: row.path,
  state: row.state,
  pipeline: row.pipeline,
  sink: row.sink,
  continues: row.continues === 1,
  keyed: row.keyed === 1,
  startUtc: row.start_utc as UtcMicros,
  endUtc: (row.end_utc ?? undefined) as UtcMicros | undefined,
  bytes: row.bytes,
  pictures: row.pictures,
  format: row.format ?? undefined,
  cuts: row.cuts ? unpackCuts(row.cuts) : [],
  checksums: row.checksums ?? undefined,
  reason: row.reason ?? undefined,
  deleting: row.deleting === 1,
});

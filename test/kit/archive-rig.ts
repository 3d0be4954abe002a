import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Archive } from '../../engine/archive/archive.js';
import { dayFolder, segmentStem } from '../../engine/archive/segment-name.js';
import type { Video } from '../../engine/archive/video.js';
import { silentLogger } from '../../engine/core/log.js';
import { type Micros, seconds, type UtcMicros } from '../../engine/core/time.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { MIGRATIONS, migrate } from '../../engine/store/migrations.js';
import type { Database } from '../../engine/store/sqlite.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { DraftJournal } from './draft-journal.js';
import { FakeClock } from './fake-clock.js';
import { type SegmentFileOptions, segmentFile } from './segment-file.js';
import { tempDir } from './temp-dir.js';

export const START = (Date.UTC(2026, 0, 2, 3, 0, 0) * 1000) as UtcMicros;

const newDatabase = (): Database => {
  const db = openSqlite(':memory:');
  migrate(db, MIGRATIONS);
  return db;
};

/** An archive on a folder of its own, with segments that the test puts there. */
export class ArchiveRig {
  readonly clock = new FakeClock(START);
  readonly journal = new DraftJournal();
  readonly folder = tempDir();
  #db = newDatabase();
  readonly log = silentLogger();
  archive = this.again();

  /** With an empty database, as after its loss. */
  opened(): Archive {
    this.#db = newDatabase();
    return this.again();
  }

  /** As after a restart. */
  again(): Archive {
    const archive = new Archive({
      ...{ media: MediaFolder.open(join(this.folder, 'videos')), db: this.#db, events: this.journal },
      ...{ clock: this.clock, log: this.log },
      retention: { maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 0, previewEvery: 0 },
    });
    // The folder goes when the test is over.
    onTestFinished(() => archive.settled());
    return archive;
  }

  video(name: string, retentionPeriod?: Micros): Video {
    const properties = { title: '', description: '', segmentLength: seconds(30), retentionPeriod, previews: false };
    return this.archive.write(name, properties, 'p1/videoSink').video;
  }

  /** Puts the file of a segment on the disk, without a row. Returns its path, relative to the folder of videos. */
  file({ folder }: Video, at: Micros, options: SegmentFileOptions = {}, cut = 0): string {
    const start = (START + at) as UtcMicros;
    const path = join(folder, dayFolder(start), `${segmentStem(start)}.mp4`);
    const location = join(this.folder, 'videos', path);
    const bytes = segmentFile(options);
    mkdirSync(dirname(location), { recursive: true });
    writeFileSync(location, bytes.subarray(0, bytes.length - cut));
    return path;
  }

  /** A finished segment with its file. */
  segment(video: Video, at: Micros, options: SegmentFileOptions = {}): string {
    const path = this.file(video, at, options);
    const { segments } = this.archive;
    const length = seconds(options.seconds ?? 4);
    const startUtc = (START + at) as UtcMicros;
    const row = { video: video.name, path, pipeline: 'p1', sink: 'videoSink', continues: false, keyed: true, startUtc };
    const id = segments.begin(row);
    const endUtc = (startUtc + length) as UtcMicros;
    segments.end(id, { state: 'finished', bytes: 1000, pictures: 100, endUtc });
    return path;
  }

  paths(video: string): string[] {
    const all = { startUtc: 0 as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };
    return this.archive.segments.between(video, all).map(({ path }) => path);
  }
}

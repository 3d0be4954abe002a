import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../engine/core/log.js';
import type { UtcMicros } from '../../engine/core/time.js';
import type { EventDraft } from '../../engine/events/types.js';
import { ClipShelf, type ClipSink } from '../../engine/recording/clip-shelf.js';
import { MediaFolder } from '../../engine/recording/media-folder.js';
import { MIGRATIONS, migrate } from '../../engine/store/migrations.js';
import { openSqlite } from '../../engine/store/sqlite-driver.js';
import { FakeClock } from './fake-clock.js';

/** 2026-01-02T03:04:05.678Z */
export const START = (Date.UTC(2026, 0, 2, 3, 4, 5, 678) * 1000) as UtcMicros;

export const sinkNode = (options: Partial<ClipSink> = {}): ClipSink => ({
  pipeline: 'p1',
  topology: 't',
  sink: 'fileSink',
  baseDirectoryPath: '/var/media',
  fileNamePattern: 'clip-${System.Runtime.DateTime}',
  maximumSizeMiB: 1,
  ...options,
});

/** A shelf on a folder and a database of its own. */
export class Shelf {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'sluice-shelf-'));
  readonly db = openSqlite(':memory:');
  readonly clock = new FakeClock();
  readonly events: EventDraft[] = [];
  clips: ClipShelf;

  constructor() {
    migrate(this.db, MIGRATIONS);
    this.clips = this.restart();
  }

  /** A new shelf on the same folder and database, as after a restart. */
  restart(): ClipShelf {
    this.clips = new ClipShelf({
      media: MediaFolder.open(join(this.dataDir, 'media')),
      db: this.db,
      clock: this.clock,
      log: silentLogger(),
      events: {
        publish: (draft) => {
          this.events.push(draft);
          return `id-${this.events.length}`;
        },
      },
    });
    return this.clips;
  }

  begin(sink: ClipSink = sinkNode(), pipeline = 'p1', correlationId = 'cause'): string {
    return this.clips.begin({ sink: { ...sink, pipeline }, correlationId, startUtc: START });
  }

  /** The last part of the type of every event since the last call. */
  told(): string[] {
    return this.events.splice(0).map(({ eventType }) => eventType.split('.').at(-1)!);
  }

  remove(): void {
    this.db.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '../../engine/core/log.js';
import type { UtcMicros } from '../../engine/core/time.js';
import { openEventJournal } from '../../engine/events/event-journal.js';
import type { EventCommitter, EventDraft, EventJournal } from '../../engine/events/types.js';
import { ClipList } from '../../engine/recording/clip-list.js';
import type { ClipEnding, ClipSink, OpenClip, Rescued } from '../../engine/recording/clip-plan.js';
import { ClipShelf } from '../../engine/recording/clip-shelf.js';
import { Clips } from '../../engine/recording/clips.js';
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

/** An ending of which nothing is remarkable. */
export const ending = (more: Partial<ClipEnding> = {}): ClipEnding => ({
  extent: { endUtc: START, seconds: 0 },
  lost: 0,
  ...more,
});

/** A shelf on a folder and a database of its own. */
export class Shelf {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'sluice-shelf-'));
  readonly db = openSqlite(':memory:');
  readonly clock = new FakeClock();
  /** What was published about clips, but for their beginning. */
  readonly events: EventDraft[] = [];
  clips: ClipShelf;
  journal: EventJournal & EventCommitter;
  readonly #open = new Map<string, OpenClip>();

  constructor() {
    migrate(this.db, MIGRATIONS);
    [this.clips, this.journal] = this.#start();
  }

  /** A new shelf on the same folder and database, as after a restart. */
  restart(): ClipShelf {
    [this.clips, this.journal] = this.#start();
    return this.clips;
  }

  /** The clips as people see them. */
  people(): Clips {
    const { media, keeping } = this.clips;
    return new Clips({ list: new ClipList(this.db), media, keeping, events: this.journal });
  }

  begin(sink: ClipSink = sinkNode(), pipeline = 'p1', correlationId = 'cause'): string {
    const events = this.events.length;
    const clip = this.clips.begin({ sink: { ...sink, pipeline }, correlationId, startUtc: START });
    this.events.splice(events);
    this.#open.set(clip.location, clip);
    return clip.location;
  }

  /** A clip that this run, or the one before, has begun. */
  opened(path: string): OpenClip {
    const clip = this.#open.get(path);
    if (!clip) throw new Error(`${path} was not begun`);
    return clip;
  }

  finish(path: string, bytes: number): void {
    this.clips.finished(this.opened(path), ending(), { reason: 'minimum', bytes });
  }

  rescue(path: string, message: string): Rescued | null {
    return this.clips.rescue(this.opened(path), ending(), { code: 'filesink', message });
  }

  gone(path: string): void {
    this.clips.gone(this.opened(path), ending(), { code: 'fileGone', message: 'the file was removed' });
  }

  /** The last part of the type of every event since the last call. */
  told(): string[] {
    return this.events.splice(0).map(({ eventType }) => eventType.split('.').at(-1)!);
  }

  remove(): void {
    this.db.close();
    rmSync(this.dataDir, { recursive: true });
  }

  #start(): [ClipShelf, EventJournal & EventCommitter] {
    const { clock, db, events } = this;
    const journal = openEventJournal(db, { clock, engine: 'test' });
    const clips = new ClipShelf({
      media: MediaFolder.open(join(this.dataDir, 'media')),
      db,
      clock,
      log: silentLogger(),
      events: {
        publish: (draft) => {
          events.push(draft);
          return journal.publish(draft);
        },
        commit: (change, drafts) => {
          events.push(...drafts);
          return journal.commit(change, drafts);
        },
        commitNow: (change, drafts) => {
          journal.commitNow(change, drafts);
          events.push(...drafts);
        },
        recent: (id) => journal.recent(id),
      },
    });
    return [clips, journal];
  }
}

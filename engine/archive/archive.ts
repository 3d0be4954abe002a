import { type CancelTimer, type Clock, every } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { Micros } from '../core/time.js';
import type { EventCommitter } from '../events/types.js';
import type { MediaFolder } from '../recording/media-folder.js';
import type { Database } from '../store/sqlite.js';
import { ArchiveIndex } from './archive-index.js';
import { LedgerWriter } from './ledger-writer.js';
import { settleLeft } from './left-open.js';
import { PreviewIndex } from './preview-index.js';
import { PreviewShelf } from './preview-shelf.js';
import { Protection } from './protection.js';
import { rebuildIndex } from './rebuild.js';
import { RecordingBook } from './recording-book.js';
import { RecordingIndex } from './recording-index.js';
import { Recordings } from './recordings.js';
import { ArchiveRetention, type RetentionSettings } from './retention.js';
import type { SegmentFacts } from './segment-facts.js';
import { SegmentShelf } from './segment-shelf.js';
import { SegmentSums } from './segment-sums.js';
import type { Video, VideoProperties } from './video.js';

export interface ArchiveDeps {
  /** The folder of videos. */
  media: MediaFolder;
  db: Database;
  /** The journal in the same database. */
  events: EventCommitter;
  clock: Clock;
  log: Logger;
  retention: VideoSettings;
}

/** Settings of all videos. */
export interface VideoSettings extends RetentionSettings {
  /** How far apart the small pictures are that are kept of what is recorded; 0: none are. */
  previewEvery: Micros;
}

/** How often is looked whether there is room, and whether media has become too old. */
const ROOM_EVERY_MS = 2000;
const AGE_EVERY_MS = 60_000;

/** All videos of the engine: what VideoSinks write to, and what is played. */
export class Archive {
  readonly media: MediaFolder;
  readonly segments: ArchiveIndex;
  readonly recordings: RecordingIndex;
  readonly shelf: SegmentShelf;
  readonly book: RecordingBook;
  readonly protection: Protection;
  /** Small pictures of what is in the videos. */
  readonly previews: PreviewShelf;
  /** The recordings as people see them. */
  readonly people: Recordings;
  readonly retention: ArchiveRetention;
  readonly sums: SegmentSums;
  readonly #ledger: LedgerWriter;
  #settings: VideoSettings;
  readonly #timers: CancelTimer[] = [];
  readonly #deps: ArchiveDeps;
  /** By name of the video, who writes to it. */
  readonly #writers = new Map<string, string>();

  constructor(deps: ArchiveDeps) {
    this.#deps = deps;
    this.media = deps.media;
    this.segments = new ArchiveIndex(deps.db);
    this.recordings = new RecordingIndex(deps.db);
    const { events, clock, log } = deps;
    const ledger = new LedgerWriter({ media: this.media, videos: this.segments, log });
    this.#ledger = ledger;
    this.sums = new SegmentSums({ media: this.media, index: this.segments, events, ledger, log });
    this.shelf = new SegmentShelf({ media: this.media, index: this.segments, events, clock, log, sums: this.sums });
    this.protection = new Protection(deps.db);
    this.book = new RecordingBook({
      ...{ recordings: this.recordings, segments: this.segments, protection: this.protection },
      ...{ events, ledger, clock },
    });
    this.people = new Recordings({
      ...{ videos: this.segments, recordings: this.recordings, protection: this.protection, ledger, events },
    });
    this.#settings = deps.retention;
    const { media, segments: index, recordings, protection } = this;
    this.previews = new PreviewShelf({ media, previews: new PreviewIndex(deps.db), segments: index, events, log });
    this.retention = new ArchiveRetention({
      ...{ media, index, recordings, protection, previews: this.previews },
      ...{ events, clock, log },
    });
  }

  /**
   * Finishes what the last run left behind, and publishes the events that are still owed. Call it once, at the start.
   * @param rebuild the database may not know all files: those that it does not know get a row
   */
  sweep({ rebuild = false }: { rebuild?: boolean } = {}): void {
    const { segments: index } = this;
    this.settle();
    // A database without any video may be one that was lost, and then its rebuilding interrupted.
    if (rebuild || index.tasks.owes('rebuild videos') || index.videos().length === 0) this.rebuild();
    for (const segment of index.unsummed()) this.sums.add(segment);
    this.book.closeLeft();
  }

  /** Finishes the segments that the last run left open. */
  settle(): void {
    const { media, segments: index } = this;
    const { events, log } = this.#deps;
    settleLeft({ media, index, events, log });
  }

  /**
   * The database may not know all files: they are looked for now, or at the next start if a crash comes first. What happens
   * until then with the index is part of it.
   */
  oweRebuild(): void {
    this.#deps.events.commit(() => this.segments.tasks.set('rebuild videos', true), []);
  }

  /**
   * Adds what is on the disk and not in the index. Recordings that were going on must then be settled: `book.closeLeft`.
   * @param read see `rebuildIndex`
   */
  rebuild(read?: (path: string) => SegmentFacts | undefined): void {
    const { media, segments: index, recordings, protection } = this;
    const { events, log } = this.#deps;
    this.oweRebuild();
    rebuildIndex({ media, index, events, log }, { people: { recordings, protection }, ...(read ? { read } : {}) });
    this.previews.adopt();
    events.commit(() => index.tasks.set('rebuild videos', false), []);
  }

  /** From now on, media that is too old or takes too much room is removed. */
  start(): void {
    const { clock } = this.#deps;
    this.#timers.push(
      every(clock, ROOM_EVERY_MS, () => this.#attempt(() => this.retention.makeRoom(this.#settings))),
      every(clock, AGE_EVERY_MS, () => this.#attempt(() => this.retention.removeOld())),
    );
  }

  /** Resolves when nothing is written any more. */
  async stop(): Promise<void> {
    for (const cancel of this.#timers.splice(0)) cancel();
    await Promise.all([this.sums.stop(), this.previews.written()]);
    await this.#ledger.done();
  }

  /** Resolves when what belongs to what is over has been written: checksums, and the ledgers. */
  async settled(): Promise<void> {
    await this.sums.done();
    await this.#ledger.done();
  }

  retain(settings: VideoSettings): void {
    this.#settings = settings;
  }

  /** How far apart the small pictures are; 0: none are made. */
  get previewEvery(): Micros {
    return this.#settings.previewEvery;
  }

  #attempt(work: () => void): void {
    try {
      if (this.media.present) work();
    } catch (error) {
      // The next time tries again.
      this.#deps.log.error(`media of videos cannot be removed: ${messageOf(error)}`);
    }
  }

  /**
   * The video of this name, for somebody who writes to it until the returned function is called. It is made if there is none.
   * @throws SluiceError `VideoInUse` if somebody else does
   */
  write(
    name: string,
    properties: Omit<VideoProperties, 'createdUtc'>,
    writer: string,
  ): { video: Video; release(): void } {
    const other = this.#writers.get(name);
    if (other !== undefined && other !== writer) {
      throw new SluiceError('VideoInUse', `the video '${name}' is being written by ${other}`, {
        kind: 'conflict',
        hint: 'Two sinks cannot write to one video at the same time: choose another videoName, or deactivate the other pipeline.',
      });
    }
    const video = this.shelf.video(name, properties);
    this.#writers.set(name, writer);
    return { video, release: () => this.#writers.delete(name) };
  }

  /** The videos that a live pipeline writes. */
  writtenBy(pipeline: string): string[] {
    return [...this.#writers].flatMap(([video, writer]) => (writer.startsWith(`${pipeline}/`) ? [video] : []));
  }

  isInUse(name: string): boolean {
    return this.#writers.has(name);
  }
}

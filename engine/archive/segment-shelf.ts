import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.js';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { PRIVATE_FILE_MODE } from '../core/permissions.js';
import { type UtcMicros, utcMicros } from '../core/time.js';
import type { EventCommitter, EventDraft } from '../events/types.js';
import type { SinkId } from '../recording/clip-index.js';
import { requireFreeSpace } from '../recording/disk-space.js';
import type { MediaFolder } from '../recording/media-folder.js';
import { ReservedNames } from '../recording/reserved-names.js';
import type { ArchiveIndex, Segment } from './archive-index.js';
import { readFacts, removeFile, type SegmentFacts, settleFile } from './segment-facts.js';
import { dayFolder, segmentStem } from './segment-name.js';
import type { SegmentSums } from './segment-sums.js';
import { folderOf, type Video, type VideoProperties } from './video.js';

export interface SegmentShelfDeps {
  /** The folder of videos. */
  media: MediaFolder;
  index: ArchiveIndex;
  events: EventCommitter;
  clock: Clock;
  log: Logger;
  /** Gives segments that are over their checksums. */
  sums: SegmentSums;
}

/** A segment that is being written. */
export interface OpenSegment extends SinkId {
  id: number;
  video: string;
  path: string;
  /** Absolute path of its file. */
  location: string;
  startUtc: UtcMicros;
}

export interface SegmentPlan extends SinkId {
  video: Video;
  startUtc: UtcMicros;
  continues: boolean;
  keyed: boolean;
}

/** Name of the file in a video's folder from which the video is known if the database is lost. */
export const VIDEO_FILE = 'video.json';

/** Makes files for the segments of all videos, and records what becomes of each. */
export class SegmentShelf {
  readonly media: MediaFolder;
  readonly index: ArchiveIndex;
  readonly #deps: SegmentShelfDeps;
  readonly #names: ReservedNames;

  constructor(deps: SegmentShelfDeps) {
    this.#deps = deps;
    this.media = deps.media;
    this.index = deps.index;
    this.#names = new ReservedNames(deps);
  }

  /**
   * The video of this name. It is made if there is none; what an existing one was made with stays.
   * @throws SluiceError if its folder cannot be made.
   */
  video(name: string, properties: Omit<VideoProperties, 'createdUtc'>): Video {
    const known = this.index.video(name);
    const video = known ?? { name, folder: folderOf(name), ...properties, createdUtc: this.#deps.clock.utc() };
    this.media.folder(video.folder);
    if (!known) this.#deps.events.commitNow(() => this.index.putVideo(video), []);
    this.#describe(video);
    return video;
  }

  #describe({ folder, ...told }: Video): void {
    const file = join(this.media.folder(folder), VIDEO_FILE);
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) return;
    writeFileSync(file, `${JSON.stringify(told, null, 2)}\n`, { mode: PRIVATE_FILE_MODE });
  }

  /**
   * Creates an empty file for a segment, and records that it is being written.
   * @throws SluiceError if there is no room, or no file can be made.
   */
  begin({ video, startUtc, continues, keyed, ...sink }: SegmentPlan): OpenSegment {
    const folder = join(video.folder, dayFolder(startUtc));
    requireFreeSpace(this.media.folder(folder));
    // Somebody may have taken the folder away since the video was made.
    this.#describe(video);
    const location = this.media.reserve(folder, segmentStem(startUtc), this.#names);
    const path = this.media.relative(location);
    const row = { video: video.name, path, ...sink, continues, keyed, startUtc };
    try {
      let id = 0;
      this.#deps.events.commitNow(() => {
        const earlier = this.index.get(path);
        if (earlier) this.index.forget(earlier.id);
        id = this.index.begin(row);
      }, []);
      return { id, ...row, location };
    } catch (error) {
      this.#names.abandon(location);
      throw new SluiceError('SegmentNotCreated', `the segment cannot be written to the database: ${messageOf(error)}`, {
        kind: 'unavailable',
        where: { pipeline: sink.pipeline, node: sink.sink, file: location },
        hint: 'Check the free space and the permissions of the data folder.',
        cause: error,
      });
    }
  }

  /** What is on the disk of a segment. */
  facts({ location }: OpenSegment): SegmentFacts | undefined {
    return orNothing(() => readFacts(location));
  }

  /**
   * The segment is complete.
   * @param muxed its muxer's checksums count if they are those of all that is left of the file
   */
  finished(segment: OpenSegment, facts: SegmentFacts, muxed?: { bytes: number; checksums?: Buffer | undefined }): void {
    const checksums = muxed?.bytes === facts.bytes ? muxed.checksums : undefined;
    const change = (): void => {
      this.index.end(segment.id, { state: 'finished', ...outcome(segment, facts) });
      if (checksums) this.index.putChecksums(segment.id, checksums);
    };
    this.#end(segment, change, []);
    const { sums } = this.#deps;
    if (checksums) sums.known({ ...segment, bytes: facts.bytes }, checksums);
    else sums.add({ ...segment, bytes: facts.bytes });
  }

  /**
   * The muxer of a segment has failed: keeps what it wrote, if there are pictures in it.
   * @returns what is kept
   */
  rescue(segment: OpenSegment, reason: string, drafts: readonly EventDraft[] = []): SegmentFacts | undefined {
    const { id, location } = segment;
    let facts: SegmentFacts | undefined;
    try {
      facts = settleFile(location);
      if (facts === undefined) removeFile(location);
    } catch (error) {
      this.#deps.log.error({ file: location }, `a segment cannot be read: ${messageOf(error)}`);
    }
    const kept = facts;
    const change = (): void => {
      if (kept) this.index.end(id, { state: 'recovered', reason, ...outcome(segment, kept) });
      else this.index.forget(id);
    };
    this.#end(segment, change, drafts);
    if (kept) this.#deps.sums.add({ ...segment, bytes: kept.bytes });
    return facts;
  }

  /** The file of a segment was removed, moved or replaced while it was written; what is there now is not the engine's. */
  gone(segment: OpenSegment, drafts: readonly EventDraft[]): void {
    this.#end(segment, () => this.index.forget(segment.id), drafts);
  }

  /** Until its end is written a segment counts as open. If it never is, the next start settles it. */
  #end({ location: file, pipeline }: OpenSegment, change: () => void, drafts: readonly EventDraft[]): void {
    const written = this.#deps.events.commit(change, drafts);
    if (written !== 'written') this.#deps.log.error({ pipeline, file }, 'the end of a segment cannot be written yet');
  }
}

const orNothing = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

/** The row of a segment with this in its file. */
export const outcome = (
  { startUtc }: Pick<Segment, 'startUtc'>,
  { bytes, pictures, duration, format, cuts }: SegmentFacts,
) => ({ bytes, pictures, format, cuts, endUtc: utcMicros(startUtc + duration) });

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { type UtcMicros, utcMicros } from '../core/time.js';
import type { NewSegment, Segment, SegmentOutcome } from './archive-index.js';
import { checksumsUpTo } from './checksums.js';
import { LEDGER_FILE, type RecordingLine, readLedger } from './ledger-lines.js';
import type { LeftOpenDeps } from './left-open.js';
import { type RestoreDeps, restoreRecording } from './restore.js';
import { type SegmentFacts, settleFile } from './segment-facts.js';
import { startOf } from './segment-name.js';
import { outcome, VIDEO_FILE } from './segment-shelf.js';
import { folderOf, type Video } from './video.js';

/** Segments that are added in one transaction. */
const BATCH = 200;

/** What was found in the folder of videos. */
export interface Rebuilt {
  videos: number;
  segments: number;
  recordings: number;
  /** Files of which nothing plays, which are left alone. */
  unusable: string[];
}

export interface RebuildOptions {
  /** How a file is read; the usual way cuts off what follows the last whole fragment. */
  read?: (path: string) => SegmentFacts | undefined;
  /** Where recordings go that the ledgers have. Absent: they are not wanted. */
  people?: Omit<RestoreDeps, 'index'>;
}

/**
 * Gives every video and every segment on the disk a row, if it has none. What a segment is follows from where its file is,
 * from its name and from what is in it; whose it was, what it was recorded for and what people noted follow from the ledgers.
 * Nothing is removed.
 */
export const rebuildIndex = (deps: LeftOpenDeps, { read = settleFile, people }: RebuildOptions = {}): Rebuilt => {
  const { media, index, events, log } = deps;
  const rebuilt: Rebuilt = { videos: 0, segments: 0, recordings: 0, unusable: [] };
  for (const folder of foldersIn(media.root)) {
    const video = videoIn(join(media.root, folder), folder);
    if (!video) continue;
    if (!index.video(video.name)) {
      events.commit(() => index.putVideo(video), []);
      rebuilt.videos += 1;
    }
    const found: { segment: NewSegment; outcome: SegmentOutcome }[] = [];
    const flush = (): void => {
      const batch = found.splice(0);
      events.commit(() => {
        for (const each of batch) index.add(each.segment, each.outcome);
      }, []);
      rebuilt.segments += batch.length;
    };
    let before: Pick<Segment, 'startUtc' | 'endUtc'> | undefined;
    const recordings: RecordingLine[] = [];
    for (const day of foldersIn(join(media.root, folder)).sort()) {
      const ledger = readLedger(join(media.root, folder, day, LEDGER_FILE));
      recordings.push(...ledger.recordings.values());
      for (const name of filesIn(join(media.root, folder, day)).sort()) {
        const startUtc = startOf(name);
        const path = join(folder, day, name);
        if (startUtc === undefined) continue;
        const known = index.get(path);
        if (known) {
          before = known;
          continue;
        }
        const facts = factsIn(join(media.root, path), read);
        if (typeof facts === 'string') {
          log.warn({ file: path, reason: facts }, 'a file of a video cannot be used, and is left alone');
          rebuilt.unusable.push(path);
          continue;
        }
        const { keyed } = facts;
        const continues = follows(before, startUtc);
        const told = ledger.segments.get(name);
        const { pipeline = '', sink = '' } = told ?? {};
        const checksums = told && checksumsUpTo(Buffer.from(told.checksums, 'base64'), told.bytes, facts.bytes);
        if (told && told.bytes > facts.bytes)
          log.warn({ file: path, bytes: facts.bytes, before: told.bytes }, 'a segment is shorter than it was');
        const segment = { video: video.name, path, pipeline, sink, continues, keyed, startUtc };
        found.push({
          segment,
          outcome: { state: 'recovered', reason: 'found on the disk', checksums, ...outcome(segment, facts) },
        });
        before = { startUtc, endUtc: utcMicros(startUtc + facts.duration) };
        if (found.length >= BATCH) flush();
      }
    }
    flush();
    if (people) {
      events.commit(() => {
        for (const line of recordings)
          if (restoreRecording(video.name, line, { index, ...people })) rebuilt.recordings += 1;
      }, []);
    }
  }
  if (rebuilt.segments + rebuilt.recordings > 0)
    log.warn({ ...rebuilt }, 'segments or recordings without a row were found in the folder of videos');
  return rebuilt;
};

/** Closer than this, one segment goes on where another has ended. */
const SEAM = 100_000;

const follows = (before: Pick<Segment, 'startUtc' | 'endUtc'> | undefined, startUtc: UtcMicros): boolean =>
  before !== undefined && Math.abs(startUtc - (before.endUtc ?? before.startUtc)) < SEAM;

const factsIn = (path: string, read: (path: string) => SegmentFacts | undefined): SegmentFacts | string => {
  try {
    return read(path) ?? 'there is no picture in it';
  } catch (error) {
    return messageOf(error);
  }
};

const videoIn = (path: string, folder: string): Video | undefined => {
  try {
    const told = JSON.parse(readFileSync(join(path, VIDEO_FILE), 'utf8')) as Video;
    return typeof told.name === 'string' && folderOf(told.name) === folder
      ? { ...told, retentionPeriod: told.retentionPeriod ?? undefined, folder }
      : undefined;
  } catch {
    return undefined;
  }
};

const foldersIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);

const filesIn = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

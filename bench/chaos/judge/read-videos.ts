import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readFacts } from '../../../engine/archive/segment-facts.js';
import { MICROS_PER_MS } from '../../../engine/core/time.js';
import { openSqlite } from '../../../engine/store/sqlite-driver.js';
import type { Violation } from '../report.js';
import { complaintsOfRow, hashMedia, type MediaHashes } from './media-hashes.js';

/** A segment as the index has it, and what is in its file. */
export interface JudgedSegment {
  video: string;
  location: string;
  state: string;
  continues: boolean;
  /** Of its first picture, and of the end of its last; ms of UTC. */
  startMs: number;
  endMs: number;
  media: MediaHashes;
}

interface Row {
  video: string;
  path: string;
  state: string;
  bytes: number;
  pictures: number;
  continues: number;
  keyed: number;
  start: number;
  end: number | null;
}

/** Between the index and Sluice's reader, in ms: both round. */
const ROUNDING_MS = 1;

/**
 * Holds the index of all videos to their files: each row has its file, with so many bytes and pictures, and each file has a row;
 * everything can be decoded, of a segment that continues another behind that one.
 */
export const readVideos = async (
  dataDir: string,
): Promise<{ segments: JudgedSegment[]; violations: Violation[]; openRecordings: number }> => {
  const folder = join(realpathSync(dataDir), 'videos');
  const violations: Violation[] = [];
  const broken = (rule: string, what: string): void => void violations.push({ rule: `segment.${rule}`, what });
  const db = openSqlite(join(dataDir, 'sluice.db'), { readonly: true, fileMustExist: true });
  const rows = db
    .prepare<[], Row>(
      'SELECT video, path, state, bytes, pictures, continues, keyed, start_utc AS start, end_utc AS end FROM segments ORDER BY video, start_utc',
    )
    .all();
  const openRecordings = Number(
    db.prepare<[], { count: number }>("SELECT count(*) AS count FROM recordings WHERE state = 'open'").get()?.count,
  );
  db.close();
  const segments: JudgedSegment[] = [];
  /** Files that can be decoded behind each other: the last that begins with a keyframe, and those that continue it. */
  let inARow: string[] = [];
  for (const row of rows) {
    const location = join(folder, row.path);
    if (row.state === 'open' || row.state === 'failed') broken(row.state, `${location} is ${row.state} in the index`);
    const size = statSync(location, { throwIfNoEntry: false })?.size;
    if (size === undefined) {
      broken('fileless', `${location} is in the index, not on the disk`);
      continue;
    }
    if (size !== row.bytes) broken('size', `${location} has ${size} bytes, the index says ${row.bytes}`);
    const facts = readFacts(location);
    inARow = row.keyed === 1 ? [location] : [...inARow, location];
    const media = await hashMedia(location, { decode: row.keyed === 1 ? true : 'sound' });
    if (row.keyed === 0) media.complaints += await complaintsOfRow(inARow);
    if (media.complaints !== '') broken('complaints', `${location}: ${media.complaints.slice(0, 300)}`);
    if (media.pictures.length !== row.pictures || facts?.pictures !== row.pictures)
      broken(
        'pictures',
        `${location}: ${row.pictures} in the index, ${facts?.pictures} to Sluice's reader, ${media.pictures.length} to ffmpeg`,
      );
    const startMs = row.start / MICROS_PER_MS;
    const endMs = (row.end ?? row.start) / MICROS_PER_MS;
    const durationMs = (facts?.duration ?? 0) / MICROS_PER_MS;
    if (Math.abs(endMs - startMs - durationMs) > ROUNDING_MS)
      broken('duration', `${location} plays ${durationMs} ms, the index says ${endMs - startMs}`);
    const { video, state } = row;
    segments.push({ video, location, state, continues: row.continues === 1, startMs, endMs, media });
  }
  const known = new Set(rows.map(({ path }) => join(folder, path)));
  for (const file of segmentFiles(folder)) if (!known.has(file)) broken('unindexed', `${file} is in no row`);
  return { segments, violations, openRecordings };
};

const segmentFiles = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.mp4'))
        .map((entry) => join(entry.parentPath, entry.name))
    : [];

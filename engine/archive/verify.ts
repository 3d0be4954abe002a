import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { MICROS_PER_SECOND, toIso, type UtcMicros } from '../core/time.js';
import { withFile } from '../mp4/boxes.js';
import type { ArchiveIndex, Segment } from './archive-index.js';
import { changedIn } from './checksums.js';
import { TICKS } from './cuts.js';
import { LEDGER_FILE } from './ledger-lines.js';
import { METADATA_FILE } from './metadata-log.js';
import { isPreviewFile, placesIn, previewIn } from './preview-file.js';
import { checkSegment, type SegmentDamage } from './segment-check.js';
import { dayFolder, startOf } from './segment-name.js';
import { VIDEO_FILE } from './segment-shelf.js';
import { folderOf } from './video.js';

/** What is wrong, or out of place, in the folder of videos. */
export interface Finding {
  /** Relative to the folder of videos. */
  file: string;
  problem: SegmentDamage | 'changed' | 'wrongName' | 'notIndexed' | 'missing' | 'differs' | 'unknownVideo';
  message: string;
}

export interface Verified {
  videos: number;
  files: number;
  /** Files whose bytes could not be compared, since the index has no checksums of them. */
  unverified: number;
}

const ALWAYS = { startUtc: Number.MIN_SAFE_INTEGER as UtcMicros, endUtc: Number.MAX_SAFE_INTEGER as UtcMicros };

/**
 * Looks at every file of all videos, and compares what is there with the index. Changes nothing. Files that are being
 * written, as the index says, are looked at up to where they are whole.
 *
 * @param index undefined if there is none, and only files are looked at
 * @param tell called with each finding
 */
export const verifyVideos = (
  root: string,
  index: ArchiveIndex | undefined,
  tell: (finding: Finding) => void,
): Verified => {
  const seen: Verified = { videos: 0, files: 0, unverified: 0 };
  const rows = rowsOf(index);
  for (const folder of entriesIn(root)) {
    if (folder.name.startsWith('.')) continue;
    if (!folder.isDirectory()) {
      tell({ file: folder.name, problem: 'wrongName', message: 'it is no folder of a video' });
      continue;
    }
    seen.videos += 1;
    const unknown = videoProblem(join(root, folder.name), folder.name);
    if (unknown) tell({ file: join(folder.name, VIDEO_FILE), problem: 'unknownVideo', message: unknown });
    for (const path of filesBelow(root, folder.name, tell)) {
      seen.files += 1;
      const row = rows?.get(path);
      rows?.delete(path);
      if (row?.state !== 'open' && !row?.checksums) seen.unverified += 1;
      checkFile(join(root, path), path, { row, isIndexed: rows !== undefined, tell });
    }
  }
  for (const [file, { video }] of rows ?? [])
    tell({ file, problem: 'missing', message: `the index of the video '${video}' has it, and it is not there` });
  return seen;
};

const rowsOf = (index: ArchiveIndex | undefined): Map<string, Segment> | undefined =>
  index &&
  new Map(index.videos().flatMap(({ name }) => index.between(name, ALWAYS).map((segment) => [segment.path, segment])));

interface Check {
  row: Segment | undefined;
  isIndexed: boolean;
  tell(finding: Finding): void;
}

const checkFile = (path: string, file: string, { row, isIndexed, tell }: Check): void => {
  try {
    const { damage, message, bytes, pictures } = checkSegment(path);
    const isOpen = row?.state === 'open';
    if (damage !== undefined && !(isOpen && damage !== 'garbage')) tell({ file, problem: damage, message });
    if (isIndexed && !row) tell({ file, problem: 'notIndexed', message: 'the index does not have it' });
    if (!row || isOpen) return;
    tellChanges(path, file, row, tell);
    if (damage !== undefined) return;
    if (row.bytes !== bytes || row.pictures !== pictures) {
      const told = `it has ${pictures} pictures in ${bytes} bytes, and the index says ${row.pictures} in ${row.bytes}`;
      tell({ file, problem: 'differs', message: told });
    }
  } catch (error) {
    tell({ file, problem: 'unreadable', message: messageOf(error) });
  }
};

const tellChanges = (path: string, file: string, row: Segment, tell: Check['tell']): void => {
  const { checksums, bytes } = row;
  if (!checksums) return;
  for (const { from, to } of withFile(path, (source) => changedIn(source, checksums, bytes))) {
    const message = `bytes ${from} to ${to - 1} are not as they were written: about ${toIso(momentAt(row, from))}`;
    tell({ file, problem: 'changed', message });
  }
};

/** When what lies at a place in a segment's file was shown, to a few seconds. */
const momentAt = ({ startUtc, cuts }: Segment, offset: number): UtcMicros => {
  const ticks = cuts.findLast((cut) => cut.offset <= offset)?.ticks ?? 0;
  return (startUtc + Math.round((ticks * MICROS_PER_SECOND) / TICKS)) as UtcMicros;
};

/** Segments in the folders of days. What should not be there is told. */
function* filesBelow(root: string, folder: string, tell: (finding: Finding) => void): Generator<string> {
  for (const day of entriesIn(join(root, folder))) {
    if (day.name === VIDEO_FILE) continue;
    const file = join(folder, day.name);
    if (!day.isDirectory() || !/^\d{4}-\d\d-\d\d$/.test(day.name)) {
      tell({ file, problem: 'wrongName', message: 'it is no folder of a day' });
      continue;
    }
    for (const entry of entriesIn(join(root, file))) {
      const path = join(file, entry.name);
      const start = entry.isFile() ? startOf(entry.name) : undefined;
      if (entry.isFile() && entry.name === LEDGER_FILE) continue;
      if (entry.isFile() && METADATA_FILE.test(entry.name)) checkMetadata(join(root, path), path, tell);
      else if (entry.isFile() && isPreviewFile(entry.name)) checkPreviews(join(root, path), path, tell);
      else if (start === undefined) tell({ file: path, problem: 'wrongName', message: 'it is not named as a segment' });
      else if (dayFolder(start) !== day.name)
        tell({ file: path, problem: 'wrongName', message: `it belongs into the folder ${dayFolder(start)}` });
      if (start !== undefined) yield path;
    }
  }
}

const checkMetadata = (path: string, file: string, tell: (finding: Finding) => void): void => {
  const lines = readFileSync(path, 'utf8').split('\n');
  const torn = lines.findIndex((line) => line !== '' && !isJson(line));
  if (torn >= 0) tell({ file, problem: 'garbage', message: `line ${torn + 1} is no JSON` });
};

/** A torn end is no fault: it is written over. */
const checkPreviews = (path: string, file: string, tell: (finding: Finding) => void): void => {
  const bytes = readFileSync(path);
  const damaged = placesIn(bytes, 0).findIndex(
    ({ offset, length }) => !previewIn(bytes.subarray(offset, offset + length)),
  );
  if (damaged >= 0) tell({ file, problem: 'garbage', message: `picture ${damaged + 1} is damaged` });
};

const isJson = (line: string): boolean => {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
};

const videoProblem = (path: string, folder: string): string | undefined => {
  try {
    const { name } = JSON.parse(readFileSync(join(path, VIDEO_FILE), 'utf8')) as { name?: unknown };
    if (typeof name === 'string' && folderOf(name) === folder) return undefined;
    return 'it is of another video than its folder';
  } catch (error) {
    return statSync(join(path, VIDEO_FILE), { throwIfNoEntry: false })
      ? `it cannot be read: ${messageOf(error)}`
      : 'it is not there, so the folder is known as a video only while the database is';
  }
};

const entriesIn = (path: string): Dirent[] =>
  readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));

import { type Dirent, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../core/errors.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, type UtcMicros, utcMicros } from '../core/time.js';
import type { EventDraft } from '../events/types.js';
import type { ClipIndex, ClipOutcome } from './clip-index.js';
import { repairMp4 } from './mp4-repair.js';
import { LONGEST_SECONDS, type SweepDeps } from './sweep.js';

/** Beyond these, files are left where they are, which is logged. */
const MAX_DEPTH = 64;
const MAX_ENTRIES = 1_000_000;
/** Clips that are adopted in one transaction. */
const BATCH = 100;

interface Orphan {
  /** Relative to the media folder. */
  path: string;
  /** Of its last write, before anything is repaired. */
  endUtc: UtcMicros;
}

interface Adopted {
  path: string;
  startUtc: UtcMicros;
  outcome: ClipOutcome & { endUtc: UtcMicros };
}

/**
 * Gives a row to every clip in the media folder that has none, because the database was lost or could not be read. Each
 * MP4 file that plays, or does once it is repaired, is adopted; nothing is removed, and no link is followed. Whose clips
 * they were is not known: see `claimAdopted`.
 *
 * Rows are written in batches, each in one transaction with the event that tells of it, oldest clips first. That it is
 * to be done is kept in the database until it is, whatever happens to the process.
 */
export const adoptOrphans = (deps: SweepDeps): void => {
  const { index, log } = deps;
  // Through the journal, as all that follows: it may have to wait until the database can be written.
  deps.journal.commit(() => index.tasks.set('adopt', true), []);
  const orphans = findOrphans(deps);
  if (orphans.length > 0) log.warn({ files: orphans.length }, 'files without a row were found in the media folder');
  const done = () => index.tasks.set('adopt', false);
  if (orphans.length === 0) deps.journal.commit(done, []);
  for (let at = 0; at < orphans.length; at += BATCH) {
    const isLast = at + BATCH >= orphans.length;
    adoptBatch(orphans.slice(at, at + BATCH), deps, isLast ? done : () => {});
  }
};

/** @param also done in the transaction that adds the rows. */
const adoptBatch = (orphans: readonly Orphan[], deps: SweepDeps, also: () => void): void => {
  const { index, media, journal, events, log } = deps;
  const adopted: Adopted[] = [];
  for (const orphan of orphans) {
    try {
      const file = media.find(orphan.path);
      const clip = file === undefined ? undefined : examined(orphan, file);
      if (clip) adopted.push(clip);
      else log.warn({ file: media.absolute(orphan.path) }, 'a file without a row does not play, and is left alone');
    } catch (error) {
      log.warn({ file: media.absolute(orphan.path) }, `a file without a row cannot be adopted: ${messageOf(error)}`);
    }
  }
  const told: EventDraft = events.adopted(media.root, {
    count: adopted.length,
    incomplete: adopted.filter(({ outcome }) => outcome.state === 'recovered').length,
    leftAlone: orphans.length - adopted.length,
    bytes: adopted.reduce((sum, { outcome }) => sum + outcome.bytes, 0),
  });
  journal.commit(() => {
    for (const { path, startUtc, outcome } of adopted) index.adopt(path, startUtc, outcome);
    also();
  }, [told]);
};

const examined = ({ path, endUtc }: Orphan, file: string): Adopted | undefined => {
  const { outcome, bytes, layout } = repairMp4(file);
  if (outcome === 'unplayable') return undefined;
  const seconds = layout.seconds <= LONGEST_SECONDS ? layout.seconds : 0;
  const startUtc = utcMicros(Math.max(0, endUtc - seconds * MICROS_PER_SECOND));
  if (outcome === 'whole') return { path, startUtc, outcome: { state: 'finished', bytes, endUtc } };
  return { path, startUtc, outcome: { state: 'recovered', bytes, endUtc, reason: 'it was not finalised' } };
};

/** Oldest first, so that ids ascend in the order in which the clips were made. */
const findOrphans = ({ index, media, log }: SweepDeps): Orphan[] => {
  const found: Orphan[] = [];
  const folders = [{ path: '', depth: 0 }];
  let entries = 0;
  for (let folder = folders.pop(); folder; folder = folders.pop()) {
    for (const entry of entriesOf(folder.path, { media, log })) {
      const path = join(folder.path, entry.name);
      if (++entries > MAX_ENTRIES) {
        log.error({ file: media.root }, `it holds more than ${MAX_ENTRIES} files: the rest is left alone`);
        return sorted(found);
      }
      if (entry.isDirectory() && folder.depth < MAX_DEPTH) folders.push({ path, depth: folder.depth + 1 });
      const orphan = entry.isFile() ? orphanOf(path, { index, media }) : undefined;
      if (orphan) found.push(orphan);
    }
  }
  return sorted(found);
};

const entriesOf = (folder: string, { media, log }: Pick<SweepDeps, 'media' | 'log'>): Dirent[] => {
  try {
    return readdirSync(media.absolute(folder), { withFileTypes: true });
  } catch (error) {
    log.error({ file: media.absolute(folder) }, `the folder cannot be searched for clips: ${messageOf(error)}`);
    return [];
  }
};

const orphanOf = (
  path: string,
  { index, media }: { index: ClipIndex; media: SweepDeps['media'] },
): Orphan | undefined => {
  if (!path.endsWith('.mp4') || index.get(path)) return undefined;
  const stats = lstatSync(media.absolute(path), { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  return { path, endUtc: utcMicros(Math.max(0, stats.mtimeMs) * MICROS_PER_MS) };
};

const sorted = (orphans: Orphan[]): Orphan[] => orphans.sort((a, b) => a.endUtc - b.endUtc);

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Archive } from '../archive/archive.js';
import { forgetWrong } from '../archive/prune.js';
import { checkSegment } from '../archive/segment-check.js';
import { readFacts, type SegmentFacts, settleFile } from '../archive/segment-facts.js';
import { systemClock } from '../core/clock.js';
import { SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { tellOpening } from '../data-folder/tell.js';
import { openEventJournal } from '../events/event-journal.js';
import { ClipShelf } from '../recording/clip-shelf.js';
import { MediaFolder } from '../recording/media-folder.js';
import { openDataStore } from '../store/sqlite.js';

export interface RebuiltVideos {
  videos: number;
  segments: number;
  /** Rows whose files were gone, or held something else. */
  forgotten: number;
  /** Files that the index did not have. */
  added: number;
  /** Files of which there were no checksums, so that nobody knows whether they are as they were written. */
  unverified: string[];
}

/**
 * Makes the index of a data folder agree with its files, as the start of an engine does, and more: rows whose files are gone or
 * are others are made anew.
 * @throws SluiceError `DataDirInUse` if an engine has the folder; `VideosMissing`; as `openDataStore`
 */
export const rebuildVideos = async (dataDir: string, log: Logger): Promise<RebuiltVideos> => {
  if (!statSync(join(dataDir, 'videos'), { throwIfNoEntry: false })?.isDirectory()) {
    throw new SluiceError('VideosMissing', 'there are no videos in this folder', {
      kind: 'notFound',
      where: { file: dataDir },
      hint: 'Give the data folder of an engine, the one that sluice serve --data names.',
    });
  }
  const clock = systemClock;
  const store = openDataStore(dataDir, { log });
  const { db } = store;
  const events = openEventJournal(db, { clock, log, noteSeq: (seq) => store.noteSeq(seq) });
  try {
    tellOpening(store.opening, { events, clock, log });
    // The next start finds a database that is as it should be, and would not look for clips that this one has forgotten.
    const clips = new ClipShelf({ media: MediaFolder.open(join(dataDir, 'media')), db, events, clock, log });
    await clips.sweep({ adopt: store.opening.kind !== 'existing' });
    const media = MediaFolder.open(join(dataDir, 'videos'));
    const retention = { maximumSize: Number.MAX_SAFE_INTEGER, minimumFree: 0, previewEvery: 0 };
    const archive = new Archive({ media, db, events, clock, log, retention });
    const count = () => db.prepare('SELECT count(*) FROM segments').pluck().get() as number;
    archive.settle();
    const index = archive.segments;
    archive.oweRebuild();
    const forgotten = forgetWrong({ media, index, events });
    const before = count();
    archive.rebuild(readCarefully);
    archive.book.closeLeft();
    const left = index.unsummed();
    for (const segment of left) archive.sums.add(segment);
    await archive.settled();
    const unverified = left.map(({ path }) => path);
    return { videos: index.videos().length, segments: count(), forgotten, added: count() - before, unverified };
  } finally {
    await events.close();
    store.close();
  }
};

/** What a crash has left at the end is cut off; what lies behind garbage in the middle may still be of use to somebody. */
const readCarefully = (path: string): SegmentFacts | undefined =>
  checkSegment(path).damage === 'garbage' ? readFacts(path) : settleFile(path);

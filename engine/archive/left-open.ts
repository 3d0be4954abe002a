import { statSync } from 'node:fs';
import { messageOf } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import type { EventCommitter } from '../events/types.js';
import type { MediaFolder } from '../recording/media-folder.js';
import { releaseLeft } from '../recording/reserved-names.js';
import type { ArchiveIndex, Segment } from './archive-index.js';
import { removeFile, type SegmentFacts, settleFile } from './segment-facts.js';
import { outcome } from './segment-shelf.js';

export interface LeftOpenDeps {
  media: MediaFolder;
  index: ArchiveIndex;
  events: EventCommitter;
  log: Logger;
}

/**
 * Settles the segments that the last run left open: what follows the last whole fragment is cut off. Row by row, so that it
 * goes on where it was if it is interrupted.
 */
export const settleLeft = (deps: LeftOpenDeps): void => {
  const { index, media, events, log } = deps;
  releaseLeft(deps);
  for (const segment of index.marked()) {
    try {
      const file = media.find(segment.path);
      if (file) removeFile(file);
      events.commit(() => index.forget(segment.id), []);
    } catch (error) {
      log.error({ file: media.absolute(segment.path) }, `a segment cannot be deleted: ${messageOf(error)}`);
    }
  }
  for (const segment of index.open()) settle(segment, deps);
};

const settle = (segment: Segment, { index, media, events, log }: LeftOpenDeps): void => {
  const path = media.absolute(segment.path);
  let facts: SegmentFacts | undefined;
  try {
    const file = media.find(segment.path);
    facts = file === undefined ? undefined : settleFile(file);
    if (file && !facts) removeFile(file);
  } catch (error) {
    log.error({ file: path }, `a segment that was left open cannot be read: ${messageOf(error)}`);
    events.commit(
      () =>
        index.end(segment.id, {
          state: 'failed',
          bytes: statSync(path, { throwIfNoEntry: false })?.size ?? 0,
          pictures: 0,
          endUtc: segment.startUtc,
          reason: messageOf(error),
        }),
      [],
    );
    return;
  }
  const kept = facts;
  log.warn({ video: segment.video, file: path }, `a segment had been left open: ${kept ? 'it plays' : 'it is empty'}`);
  events.commit(() => {
    if (kept) index.end(segment.id, { state: 'recovered', reason: 'the engine died', ...outcome(segment, kept) });
    else index.forget(segment.id);
  }, []);
};

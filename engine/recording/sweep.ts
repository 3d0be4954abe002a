import { statSync, unlinkSync } from 'node:fs';
import { messageOf, SluiceError } from '../core/errors.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, type UtcMicros, utcMicros } from '../core/time.js';
import type { ClipIndex, ClipOutcome, ClipRecord } from './clip-index.js';
import type { MediaFolder } from './media-folder.js';
import { repairMp4 } from './mp4-repair.js';

/** No activation lasts longer than an hour; what a damaged file says beyond this is not believed. */
const LONGEST_SECONDS = 24 * 3600;

/** What became of a clip that was open when the engine died. */
export interface Swept {
  clip: ClipRecord;
  path: string;
  outcome: ClipOutcome & { endUtc: UtcMicros };
  /** How long what plays takes, in seconds; 0 if that is not known. */
  seconds: number;
  /** Bytes that were cut off because they belong to no whole fragment. */
  cut: number;
  /** The file held no byte of media and was removed, or was not there any more. */
  removed: boolean;
}

/**
 * Closes the story of every clip that the last run left open: makes its file play, and says in the index what it is now.
 * Call it once, before the first clip is begun.
 */
export const sweep = (index: ClipIndex, media: MediaFolder): Swept[] =>
  index.open().map((clip) => {
    const swept = settle(clip, media);
    if (swept.removed) index.forget(clip.path);
    else index.end(clip.path, swept.outcome);
    return swept;
  });

/** The same for one clip whose muxer has failed while the engine lives. */
export const settle = (clip: ClipRecord, media: MediaFolder): Swept => {
  const path = media.absolute(clip.path);
  const stats = statSync(path, { throwIfNoEntry: false });
  // Of a file that does not play, the last write is as near to the end of the clip as can be known.
  const lastWrite = Math.max((stats?.mtimeMs ?? 0) * MICROS_PER_MS, clip.startUtc);
  const swept = (outcome: ClipOutcome, { seconds = 0, cut = 0, removed = false } = {}): Swept => {
    const endUtc = utcMicros(seconds > 0 ? clip.startUtc + seconds * MICROS_PER_SECOND : lastWrite);
    return { clip, path, outcome: { ...outcome, endUtc }, seconds, cut, removed };
  };
  try {
    if (!media.find(clip.path))
      return swept({ state: 'failed', bytes: 0, reason: 'the file is gone' }, { removed: true });
    const { outcome, bytes, cut, layout } = repairMp4(path);
    const seconds = layout.seconds > 0 && layout.seconds <= LONGEST_SECONDS ? layout.seconds : 0;
    if (outcome === 'whole') return swept({ state: 'finished', bytes }, { seconds });
    if (outcome === 'repaired')
      return swept({ state: 'recovered', bytes, reason: 'it was not finalised' }, { seconds, cut });
    if (bytes === 0 || (layout.hasMoov && layout.mediaBytes === 0)) {
      unlinkSync(path);
      return swept({ state: 'failed', bytes, reason: 'nothing had been written' }, { removed: true });
    }
    const reason = layout.hasMoov ? 'it holds no whole fragment' : 'its first fragment was not completed';
    return swept({ state: 'failed', bytes, reason });
  } catch (error) {
    const reason = error instanceof SluiceError ? error.message : `it cannot be repaired: ${messageOf(error)}`;
    return swept({ state: 'failed', bytes: stats?.size ?? 0, reason });
  }
};

import { statSync, unlinkSync } from 'node:fs';
import { messageOf, SluiceError } from '../core/errors.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, type UtcMicros, utcMicros } from '../core/time.js';
import type { ClipIndex, ClipOutcome, ClipRecord } from './clip-index.js';
import type { MediaFolder } from './media-folder.js';
import { repairMp4 } from './mp4-repair.js';

/** A file that claims a longer duration is damaged: no activation lasts longer than an hour. */
const LONGEST_SECONDS = 24 * 3600;

/** What became of a clip that was open when the engine died. */
export interface Swept {
  clip: ClipRecord;
  path: string;
  outcome: ClipOutcome & { endUtc: UtcMicros };
  /** Duration of the part that plays, in seconds; 0 if it is not known. */
  seconds: number;
  /** Bytes that were cut off because they are part of no complete fragment. */
  cut: number;
  /** The file contained no media and was removed, or did not exist any more. */
  removed: boolean;
}

/**
 * Repairs the file of every clip that the last run left open, and records the new state in the index. Call it once,
 * before the first clip is begun.
 */
export const sweep = (index: ClipIndex, media: MediaFolder): Swept[] =>
  index.open().map((clip) => {
    const swept = settle(clip, media);
    if (swept.removed) index.forget(clip.path);
    else index.end(clip.path, swept.outcome);
    return swept;
  });

/** Repairs the file of one clip. Also used when a muxer fails while the engine runs. Leaves the index to the caller. */
export const settle = (clip: ClipRecord, media: MediaFolder): Swept => {
  const path = media.absolute(clip.path);
  const stats = statSync(path, { throwIfNoEntry: false });
  // For a file that does not play, the last write is the best known end of the clip.
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
    const reason = layout.hasMoov ? 'it contains no complete fragment' : 'its first fragment was not completed';
    return swept({ state: 'failed', bytes, reason });
  } catch (error) {
    const reason = error instanceof SluiceError ? error.message : `it cannot be repaired: ${messageOf(error)}`;
    return swept({ state: 'failed', bytes: stats?.size ?? 0, reason });
  }
};

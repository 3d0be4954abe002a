import { statSync, unlinkSync } from 'node:fs';
import { messageOf, SluiceError } from '../core/errors.js';
import type { Logger } from '../core/log.js';
import { MICROS_PER_MS, MICROS_PER_SECOND, type UtcMicros, utcMicros } from '../core/time.js';
import type { EventCommitter } from '../events/types.js';
import type { ClipIdentity, ClipIndex, ClipOutcome, ClipRecord } from './clip-index.js';
import type { MediaFolder } from './media-folder.js';
import { repairMp4 } from './mp4-repair.js';
import type { RecordingEvents } from './recording-events.js';
import { releaseLeft } from './reserved-names.js';
import type { Retention } from './retention.js';
import { clipUrl } from './urls.js';

/** A file that claims a longer duration is damaged: no activation lasts longer than an hour. */
export const LONGEST_SECONDS = 24 * 3600;

/** What became of a clip that was open when the engine died, or when its muxer failed. */
export interface Settled {
  path: string;
  outcome: ClipOutcome & { endUtc: UtcMicros };
  /** Duration of the part that plays, in seconds; 0 if it is not known. */
  seconds: number;
  /** Bytes that were cut off because they are part of no complete fragment. */
  cut: number;
  /** The file contained no media and was removed, or did not exist any more. */
  removed: boolean;
}

export interface SweepDeps {
  index: ClipIndex;
  media: MediaFolder;
  retention: Retention;
  journal: EventCommitter;
  events: RecordingEvents;
  log: Logger;
}

/**
 * Finishes what the last run has begun: removes files that were created for clips that never began, deletes what was
 * about to be deleted, and closes the story of every clip that was left open. Row and events of each clip change in one
 * transaction, so that a sweep that is interrupted goes on where it was. Call it once, before the first clip is begun.
 */
export const sweep = (deps: SweepDeps): void => {
  const { index, media, log } = deps;
  releaseLeft(deps);
  const { failure } = deps.retention.finish();
  if (failure) log.error({ file: media.absolute(failure.clip.path) }, `a clip cannot be deleted: ${failure.message}`);
  for (const clip of index.open()) closeStory(clip, deps);
};

const closeStory = (clip: ClipRecord, { index, media, journal, events, log }: SweepDeps): void => {
  const settled = settle(clip, media);
  const { path, outcome, seconds, cut, removed } = settled;
  const { state, bytes, frames, reason, endUtc } = outcome;
  log.warn({ pipeline: clip.pipeline, file: path }, `a clip had been left open: ${told(settled)}`);
  const extent = { endUtc, seconds, ...(frames === undefined ? {} : { frames }) };
  const drafts = [events.stopped(clip, path, extent, 'engineDied')];
  if (state !== 'failed')
    drafts.push(
      events.available(clip, path, extent, { bytes, incomplete: state === 'recovered', url: clipUrl(clip.id) }),
    );
  const facts = { state, bytes, cutBytes: cut, ...(reason === undefined ? {} : { reason }) };
  drafts.push(events.recovered(clip, path, { ...facts, ...(removed ? { removed } : {}) }));
  journal.commit(() => (removed ? index.forget(clip.id) : index.end(clip.id, outcome)), drafts);
};

const told = ({ outcome, cut, removed }: Settled): string => {
  if (removed) return outcome.reason ?? 'it was empty';
  if (outcome.state === 'finished') return 'it is complete';
  if (outcome.state === 'failed') return `it does not play: ${outcome.reason}`;
  return cut > 0
    ? `it plays; ${cut} bytes of an unfinished fragment were cut off`
    : 'it plays as far as it was written';
};

/** Repairs the file of one clip. Also used when a muxer fails while the engine runs. Leaves the index to the caller. */
export const settle = (clip: ClipIdentity, media: MediaFolder): Settled => {
  const path = media.absolute(clip.path);
  const stats = statSync(path, { throwIfNoEntry: false });
  // For a file that does not play, the last write is the best known end of the clip.
  const lastWrite = Math.max((stats?.mtimeMs ?? 0) * MICROS_PER_MS, clip.startUtc);
  const swept = (outcome: ClipOutcome, { seconds = 0, cut = 0, removed = false } = {}): Settled => {
    const endUtc = utcMicros(seconds > 0 ? clip.startUtc + seconds * MICROS_PER_SECOND : lastWrite);
    return { path, outcome: { ...outcome, endUtc }, seconds, cut, removed };
  };
  try {
    if (!media.find(clip.path))
      return swept({ state: 'failed', bytes: 0, reason: 'the file is gone' }, { removed: true });
    const { outcome, bytes, cut, layout } = repairMp4(path);
    const seconds = layout.seconds > 0 && layout.seconds <= LONGEST_SECONDS ? layout.seconds : 0;
    const { pictures: frames } = layout;
    if (outcome === 'whole') return swept({ state: 'finished', bytes, frames }, { seconds });
    if (outcome === 'repaired')
      return swept({ state: 'recovered', bytes, frames, reason: 'it was not finalised' }, { seconds, cut });
    if (bytes === 0 || (layout.hasFtyp && layout.mediaBytes === 0)) {
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

import type { MediaLane } from './media-lane.js';
import type { Piece } from './playlist.js';

/** A decoder holds back no more than that. */
const NEAR_MS = 1000;
/** Pieces that follow each other may be this far apart by what rounding takes. A picture that is missing is more. */
const APART_MS = 15;
/** Media that ended so long ago does not go on. */
const SETTLED_MS = 60_000;

/**
 * The last piece before a gap, if a moment is so near its end that a decoder, which gives a picture only when it has some of
 * those behind it, may hold back the picture of the moment.
 *
 * @param pieces from the moment on, in order
 */
export const lastBeforeGap = (pieces: readonly Piece[], time: number): Piece | undefined => {
  const at = pieces.findIndex(({ start, end }, index) => {
    const next = pieces[index + 1];
    return start <= time + NEAR_MS && (next === undefined || next.start > end + APART_MS);
  });
  const last = pieces[at];
  return last && last.end < time + NEAR_MS && last.end > time ? last : undefined;
};

/** Whether media can have come behind a piece by now. A source that was told of an end goes on only after a seek. */
export const isSettled = ({ end }: Piece, now: number): boolean => end < now - SETTLED_MS;

/** Has the last pictures decoded though none come behind them. */
export const endSource = (source: MediaSource, lanes: readonly MediaLane[]): void => {
  if (source.readyState === 'open' && lanes.every(({ isIdle }) => isIdle)) source.endOfStream();
};

/** Lets an element go anywhere again: the end of what it has was the end of everything. */
export const reopenSource = (source: MediaSource, lanes: readonly MediaLane[], seconds: number): void => {
  if (source.duration >= seconds || !lanes.every(({ isIdle }) => isIdle)) return;
  if (source.readyState === 'ended') lanes[0]?.reopen();
  source.duration = seconds;
};

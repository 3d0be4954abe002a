/** When which camera has something that moves: always the same share of them, one after the other, each in its turn. */

export interface Turns {
  cameras: number;
  /** Of the cameras that move at any time, from 0 to 1. */
  share: number;
  /** How long a camera moves. */
  seconds: number;
}

/** Turns of one camera, counted from 0; -1 before the first. Its n-th is to begin when this first says n. */
export const turnAt = ({ cameras, share, seconds }: Turns, camera: number, at: number): number => {
  if (share <= 0) return -1;
  const between = seconds / (cameras * share);
  // The time is a sum of parts of a second, and may be a rounding error short of it.
  const begun = Math.floor(at / between + 1e-9);
  return Math.max(-1, Math.floor((begun - placeOf(cameras, camera)) / cameras));
};

/** Which of all cameras this is in the order in which they have their turns: neighbours are far apart. */
export const placeOf = (cameras: number, camera: number): number => (camera * strideOf(cameras)) % cameras;

/** About three fifths of the cameras, and without a common divisor, so that every camera has a place of its own. */
const strideOf = (cameras: number): number => {
  let stride = Math.max(1, Math.round(cameras * 0.618));
  while (commonDivisor(stride, cameras) !== 1) stride++;
  return stride;
};

const commonDivisor = (a: number, b: number): number => (b === 0 ? a : commonDivisor(b, a % b));

/** How a live view stays near now. Times in seconds of the media. */

/** Behind the newest picture; less, and each late one is a stop. */
const WANTED = 0.12;
/** From here on it plays faster. */
const SLOW = 0.22;
/** From here on it jumps: that is shorter than being late for long. */
const FAR = 0.8;
const FASTER = 1.15;
/** Where a jump would take as long as what it saves. */
const FASTEST = 2;

export type Pace = { jumpTo: number } | { rate: number };

/**
 * @param jumpTakes how long the last jump took: everything from the keyframe before is decoded for it
 */
export const paceOf = (position: number, newest: number, oldest: number, jumpTakes = 0): Pace => {
  const behind = newest - position;
  const far = Math.max(FAR, 2 * jumpTakes);
  if (behind > far || position < oldest - 0.01 || behind < -0.5) return { jumpTo: Math.max(oldest, newest - WANTED) };
  if (behind > FAR) return { rate: FASTEST };
  return { rate: behind > SLOW ? FASTER : 1 };
};

/** How a live view stays near now. Times in seconds of the media. */

/** Behind the newest picture; less, and each late one is a stop. */
const WANTED = 0.12;
/** From here on it plays faster. */
const SLOW = 0.35;
/** From here on it jumps: that is shorter than being late for long. */
const FAR = 0.8;
const FASTER = 1.15;

export type Pace = { jumpTo: number } | { rate: number };

export const paceOf = (position: number, newest: number, oldest: number): Pace => {
  const behind = newest - position;
  if (behind > FAR || position < oldest - 0.01 || behind < -0.5) return { jumpTo: Math.max(oldest, newest - WANTED) };
  return { rate: behind > SLOW ? FASTER : 1 };
};

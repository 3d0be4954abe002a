import type { Sample } from './mp4.js';

/** Walking from picture to picture, whatever order they are decoded in. Times in ms. */

/** Times differ by the rounding of several clocks. */
const SAME = 0.5;

/** The index of the picture that is shown at a time, of times in order; -1 before the first. */
export const shownIndex = (times: readonly number[], time: number): number => {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time + SAME) low = middle + 1;
    else high = middle;
  }
  return low - 1;
};

/** The time of the picture so many steps from the one that is shown; undefined where there is none. */
export const stepFrom = (times: readonly number[], time: number, steps: number): number | undefined =>
  times[shownIndex(times, time) + steps];

/** How many pictures of this size may be kept decoded. */
export const picturesToKeep = (width: number, height: number): number =>
  Math.max(8, Math.min(48, Math.floor(64e6 / Math.max(1, width * height * 1.5))));

/** What must be decoded for these pictures, in the order of decoding: from the keyframe before them on. */
export const samplesFor = (samples: readonly Sample[], wanted: ReadonlySet<number>): Sample[] => {
  const first = samples.findIndex(({ time }) => wanted.has(time));
  if (first === -1) return [];
  const last = samples.findLastIndex(({ time }) => wanted.has(time));
  const key = samples.slice(0, first + 1).findLastIndex((sample) => sample.key);
  return samples.slice(Math.max(0, key), last + 1);
};

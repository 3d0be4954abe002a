import type { KeyedReader } from './keyed-reader.js';

/** Pictures of a set, as differences of their picture order count: negative ones, nearest first, then positive ones. */
type RefPicSet = readonly number[];

/** Pictures that a decoder keeps at most (H.265 A.4.2). */
const MOST_PICTURES = 16;

/**
 * The short-term reference picture sets of a sequence parameter set (H.265 7.3.7). Nobody needs them, but a set may be
 * predicted from the one before, and where it ends depends on the pictures of that one.
 */
export const readShortTermRefPicSets = (read: KeyedReader): void => {
  const count = read.ue(64);
  let previous: RefPicSet = [];
  for (let index = 0; index < count && !read.bits.overrun; index++) {
    previous = index > 0 && read.flag() ? readPredicted(read, previous) : readExplicit(read);
  }
};

const readExplicit = (read: KeyedReader): RefPicSet => {
  const negatives = read.ue(MOST_PICTURES);
  const positives = read.ue(MOST_PICTURES - negatives);
  return [...readDirection(read, negatives, -1), ...readDirection(read, positives, 1)];
};

const readDirection = (read: KeyedReader, count: number, sign: 1 | -1): number[] => {
  let delta = 0;
  return Array.from({ length: count }, () => {
    delta += sign * (1 + read.ue(32_767)); // delta_poc_s0_minus1, delta_poc_s1_minus1
    read.flag(); // used_by_curr_pic_s0_flag, used_by_curr_pic_s1_flag
    return delta;
  });
};

/** H.265 (7-61) and (7-62): the pictures of another set and that set's own, seen from a picture further on. */
const readPredicted = (read: KeyedReader, source: RefPicSet): RefPicSet => {
  const sign = read.flag() ? -1 : 1;
  const shift = sign * (1 + read.ue(32_767));
  // use_delta_flag is there only for pictures that the current one does not use.
  const kept = [...source, 0].filter(() => read.flag() || read.flag()).map((delta) => delta + shift);
  const nearestFirst = (a: number, b: number): number => Math.abs(a) - Math.abs(b);
  const set = [
    ...kept.filter((delta) => delta < 0).sort(nearestFirst),
    ...kept.filter((delta) => delta > 0).sort(nearestFirst),
  ];
  if (set.length > MOST_PICTURES) read.bits.fail();
  return set;
};

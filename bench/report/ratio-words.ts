/** Two figures compared in words: `a third of Motion's`, `2.4 times OpenCV's`. */
import type { Direction } from '../common/definition.js';

export interface Compared {
  words: string;
  /** `same`: the difference is less than such a measurement can tell. */
  verdict: 'better' | 'worse' | 'same' | 'neither';
}

/** Ratios so close to 1 are none, */
const SAME = 0.05;
/** and so are differences of shares below this. */
const SAME_SHARE = 0.01;
/** A fraction stands for ratios that are so close to it. */
const CLOSE = 0.04;

/** Of numbers that are not exact. */
const ROUNDING = 1e-9;

const FRACTIONS: readonly (readonly [value: number, words: string])[] = [
  [9 / 10, 'nine tenths'],
  [4 / 5, 'four fifths'],
  [3 / 4, 'three quarters'],
  [2 / 3, 'two thirds'],
  [3 / 5, 'three fifths'],
  [1 / 2, 'half'],
  [2 / 5, 'two fifths'],
  [1 / 3, 'a third'],
  [3 / 10, 'three tenths'],
  [1 / 4, 'a quarter'],
  [1 / 5, 'a fifth'],
  [1 / 6, 'a sixth'],
  [1 / 7, 'a seventh'],
  [1 / 8, 'an eighth'],
  [1 / 9, 'a ninth'],
  [1 / 10, 'a tenth'],
];

/** Of `gst-launch (one process)` it is `gst-launch’s (one process)`. */
const possessive = (name: string): string => {
  const at = name.indexOf(' (');
  const [who, more] = at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)];
  return `${who}’${who.endsWith('s') ? '' : 's'}${more}`;
};

/** Two digits that count: a measurement has no more. */
const twoDigits = (value: number): string => {
  const rounded = Number(value.toPrecision(2));
  return rounded >= 10_000 ? rounded.toLocaleString('en-GB') : String(rounded);
};

const partWords = (ratio: number, whose: string): string => {
  const close = FRACTIONS.filter(([value]) => Math.abs(ratio / value - 1) <= CLOSE + ROUNDING).sort(
    ([a], [b]) => Math.abs(ratio - a) - Math.abs(ratio - b),
  )[0];
  if (close) return `${close[1]} of ${whose}`;
  if (ratio >= 0.1) return `${Math.round(ratio * 100)} % of ${whose}`;
  return `1/${twoDigits(1 / ratio)} of ${whose}`;
};

const timesWords = (ratio: number, whose: string): string => {
  const times = twoDigits(ratio);
  return times === '2' ? `twice ${whose}` : `${times} times ${whose}`;
};

const verdictOf = (less: boolean, better: Direction): Compared['verdict'] => {
  if (better === 'neither') return 'neither';
  return less === (better === 'less') ? 'better' : 'worse';
};

/** Near 0 and 1 ratios mislead: of 0.99 and 0.97 one misses a third of what the other does. */
const shareWords = (ours: number, theirs: number, name: string, better: Direction): Compared => {
  const difference = ours - theirs;
  if (difference === 0) return { words: `the same as ${possessive(name)}`, verdict: 'same' };
  if (Math.abs(difference) < SAME_SHARE - ROUNDING)
    return { words: `about the same as ${possessive(name)}`, verdict: 'same' };
  const points = Math.abs(difference) * 100;
  const many = points < 10 ? Number(points.toPrecision(2)) : Math.round(points);
  const words = `${many} ${many === 1 ? 'point' : 'points'} ${difference > 0 ? 'above' : 'below'} ${possessive(name)}`;
  return { words, verdict: verdictOf(difference < 0, better) };
};

/**
 * @param name whose `theirs` is
 * @param metric which direction is better, and whether it is a share from 0 to 1: then the difference is told in points of 100
 */
export const compare = (
  ours: number,
  theirs: number,
  name: string,
  metric: { better: Direction; isShare?: true },
): Compared => {
  if (!Number.isFinite(ours) || !Number.isFinite(theirs)) return { words: 'cannot be compared', verdict: 'neither' };
  if (metric.isShare) return shareWords(ours, theirs, name, metric.better);
  if (ours === theirs) return { words: `the same as ${possessive(name)}`, verdict: 'same' };
  if (ours < 0 || theirs < 0) return { words: 'cannot be compared', verdict: 'neither' };
  const whose = possessive(name);
  if (theirs === 0) return { words: `more than ${whose}, which is 0`, verdict: verdictOf(false, metric.better) };
  if (ours === 0) return { words: `0, which is less than ${whose}`, verdict: verdictOf(true, metric.better) };
  const ratio = ours / theirs;
  if (Math.abs(ratio - 1) <= SAME) return { words: `about the same as ${whose}`, verdict: 'same' };
  return {
    words: ratio < 1 ? partWords(ratio, whose) : timesWords(ratio, whose),
    verdict: verdictOf(ratio < 1, metric.better),
  };
};

import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { readShortTermRefPicSets } from '../../../../bridge/codec/h265-ref-pic-sets.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { bytesOf, u, ue } from './bit-text.js';

/** Reads the sets and the byte behind them; null: they are refused. */
const next = (...fields: string[]): number | null => {
  const read = new KeyedReader(new BitReader(bytesOf(...fields, u(8, 0xa7), '1'.repeat(64)), 0));
  readShortTermRefPicSets(read);
  return read.bits.overrun ? null : read.bits.bits(8);
};

/** Each picture stands so far from the one before, all used. */
const explicit = (negative: number[], positive: number[] = []): string =>
  [ue(negative.length), ue(positive.length), ...[...negative, ...positive].map((step) => `${ue(step - 1)}1`)].join('');

/** `flags` for each picture of the set before, in its order, and for that set's own. */
const predicted = (shift: number, flags: string): string => `1${shift < 0 ? 1 : 0}${ue(Math.abs(shift) - 1)}${flags}`;

describe('readShortTermRefPicSets', () => {
  it.each([
    ['none', ue(0)],
    ['one of nothing', ue(1) + explicit([])],
    ['one of the most pictures', ue(1) + explicit(Array(10).fill(1), Array(6).fill(2))],
    ['64', `${ue(64)}${explicit([1])}${`0${explicit([1, 2])}`.repeat(63)}`],
    ['a predicted one', ue(2) + explicit([1, 2], [1]) + predicted(-1, '1 01 00 1')],
    // -1 and 0, seen from one further on, are 0 and 1: the first is the picture itself and falls out.
    ['one predicted from a set that lost a picture', ue(3) + explicit([1]) + predicted(1, '1 1') + predicted(1, '1 1')],
    [
      'one predicted from pictures that fell out',
      ue(3) + explicit([1, 1]) + predicted(-2, '00 1 00') + predicted(-1, '11'),
    ],
    [
      'an explicit one behind a predicted one',
      `${ue(3)}${explicit([4])}${predicted(-1, '11')}0${explicit([1, 1], [3])}`,
    ],
  ])('finds the end of %s', (_, fields) => {
    expect(next(fields)).toBe(0xa7);
  });

  it.each([
    ['65 sets', ue(65)],
    ['17 pictures', ue(1) + ue(17) + ue(0)],
    ['17 pictures on both sides', ue(1) + ue(10) + ue(7)],
    ['a picture out of range', ue(1) + ue(1) + ue(0) + ue(32_768)],
    ['a prediction of 17 pictures', ue(2) + explicit(Array(16).fill(1)) + predicted(-1, '1'.repeat(17))],
    ['a shift out of range', `${ue(2)}${explicit([1])}10${ue(32_768)}`],
  ])('refuses %s', (_, fields) => {
    expect(next(fields)).toBeNull();
  });
});

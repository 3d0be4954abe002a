import { describe, expect, it } from 'vitest';
import {
  isAccessUnitDelimiter,
  isEndOfSequence,
  isEndOfStream,
  isFiller,
  isIrap,
  isParameterSet,
  isPrefix,
  isSequenceSet,
  isSlice,
  layerIdOf,
  NO_NAL,
  nalRefIdcOf,
  nalTypeOf,
} from '../../../../bridge/codec/nal-types.js';
import type { NalCodec } from '../../../../bridge/types.js';
import { hex } from './bit-text.js';

type Predicate = (codec: NalCodec, type: number) => boolean;

/** Every type for which it is so. */
const all = (predicate: Predicate, codec: NalCodec): number[] =>
  Array.from({ length: codec === 'h264' ? 32 : 64 }, (_, type) => type).filter((type) => predicate(codec, type));

const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe('types of NAL units', () => {
  const table: [Predicate, number[], number[]][] = [
    [isSlice, range(1, 5), [...range(0, 9), ...range(16, 21)]],
    [isParameterSet, [7, 8, 13, 15], [32, 33, 34]],
    [isSequenceSet, [7, 13, 15], [32, 33]],
    [isIrap, [5], range(16, 23)],
    [isAccessUnitDelimiter, [9], [35]],
    [isEndOfSequence, [10], [36]],
    [isEndOfStream, [11], [37]],
    [isFiller, [12], [38]],
    [isPrefix, [...range(6, 9), ...range(14, 18)], [...range(32, 35), 39, ...range(41, 44), ...range(48, 55)]],
  ];

  it.each(table.map((row) => [row[0].name, ...row] as const))('%s', (_, predicate, h264, h265) => {
    expect(all(predicate, 'h264')).toEqual(h264);
    expect(all(predicate, 'h265')).toEqual(h265);
    expect(predicate('h264', NO_NAL)).toBe(false);
    expect(predicate('h265', NO_NAL)).toBe(false);
  });

  it('are read from the header', () => {
    expect(nalTypeOf('h264', hex('67'))).toBe(7);
    expect(nalTypeOf('h265', hex('4201'))).toBe(33);
  });

  it('are none without a whole header', () => {
    expect(nalTypeOf('h264', hex(''))).toBe(NO_NAL);
    expect(nalTypeOf('h265', hex('42'))).toBe(NO_NAL);
  });

  it('tell whether others refer to a picture, and its layer', () => {
    expect(['01', '41', '65', ''].map((text) => nalRefIdcOf(hex(text)))).toEqual([0, 2, 3, 0]);
    expect(['4201', '4209', '43f9', ''].map((text) => layerIdOf(hex(text)))).toEqual([0, 1, 63, 0]);
  });
});

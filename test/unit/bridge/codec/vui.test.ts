import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { noteNoDisplayVui, readDisplayVui } from '../../../../bridge/codec/vui.js';
import { bytesOf, u, ue } from './bit-text.js';

const reading = (...fields: string[]): KeyedReader => new KeyedReader(new BitReader(bytesOf(...fields), 0));

const keyOf = (...fields: string[]): string => {
  const read = reading(...fields);
  readDisplayVui(read);
  return read.key;
};

const NOTHING_SAID = '0 0 0 0';

describe('readDisplayVui', () => {
  it.each([
    ['of the table', u(8, 5), { numerator: 40, denominator: 33 }],
    ['of its own', u(8, 255) + u(16, 96) + u(16, 64), { numerator: 3, denominator: 2 }],
    ['that is not said', u(8, 0), undefined],
    ['that is reserved', u(8, 17), undefined],
    ['that is nothing', u(8, 255) + u(16, 96) + u(16, 0), undefined],
  ])('reads a pixel aspect ratio %s', (_, fields, expected) => {
    expect(readDisplayVui(reading('1', fields, '000'))).toEqual(expected);
  });

  it('takes in how the picture is to be shown', () => {
    const signal = ['1', u(3, 1), '1', '1', u(8, 9), u(8, 16), u(8, 10)].join('');
    expect(keyOf('0', '1 1', signal, '1', ue(2), ue(3))).toBe('0.0.2.1.1.9.10.a.2.3');
  });

  it('takes the default for the same as nothing', () => {
    const read = reading('');
    noteNoDisplayVui(read);
    expect(keyOf(NOTHING_SAID)).toBe(read.key);
    expect(keyOf('1', u(8, 0), '0', '1', u(3, 5), '0', '1', u(8, 2), u(8, 2), u(8, 2), '1', ue(0), ue(0))).toBe(
      read.key,
    );
    expect(keyOf('0', '1 0', '0', '0')).not.toBe(read.key);
  });

  it('takes two ways to say a pixel aspect ratio for the same', () => {
    expect(keyOf('1', u(8, 14), '000')).toBe(keyOf('1', u(8, 255), u(16, 4), u(16, 3), '000'));
  });
});

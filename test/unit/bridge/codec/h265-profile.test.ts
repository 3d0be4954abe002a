import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { readH265Profile } from '../../../../bridge/codec/h265-profile.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { bytesOf, u } from './bit-text.js';

const GENERAL = ['00 1 00010', u(32, 0x20000000), u(24, 0x900000), u(24, 0x000005), u(8, 123)].join('');
const GENERAL_KEY = '0.1.2.20000000.90.0.0.0.0.5.7b';

/** Reads it and the byte behind it. */
const read = (subLayers: number, ...fields: string[]) => {
  const reader = new KeyedReader(new BitReader(bytesOf(GENERAL, ...fields, u(8, 0xa7)), 0));
  return { profile: readH265Profile(reader, subLayers), key: reader.key, next: reader.bits.bits(8) };
};

describe('readH265Profile', () => {
  it('reads the general part', () => {
    expect(read(0)).toEqual({
      profile: {
        ...{ profileSpace: 0, tier: 'high', profileIdc: 2, compatibilityFlags: 0x20000000, levelIdc: 123 },
        constraintBytes: [0x90, 0, 0, 0, 0, 5],
      },
      key: GENERAL_KEY,
      next: 0xa7,
    });
  });

  it.each([
    ['one that says nothing', 1, ['00', '00'.repeat(7)], '0.0'],
    ['one with a level', 1, ['01', '00'.repeat(7), u(8, 90)], '0.1.5a'],
    ['one with a profile', 1, ['10', '00'.repeat(7), '00000001'.repeat(11)], `1.0${'.1'.repeat(11)}`],
    ['six', 6, ['01'.repeat(6), '00'.repeat(2), u(8, 30).repeat(6)], `${'0.1.'.repeat(6)}1e.1e.1e.1e.1e.1e`],
  ])('finds its way past sub-layers: %s', (_, count, fields, key) => {
    expect(read(count, ...fields)).toMatchObject({ key: `${GENERAL_KEY}.${key}`, next: 0xa7 });
  });
});

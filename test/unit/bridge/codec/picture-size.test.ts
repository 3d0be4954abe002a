import { describe, expect, it } from 'vitest';
import { BitReader } from '../../../../bridge/codec/bits.js';
import { KeyedReader } from '../../../../bridge/codec/keyed-reader.js';
import { readCropWindow, shownSize } from '../../../../bridge/codec/picture-size.js';
import { bytesOf, ue } from './bit-text.js';

const NO_CROP = { left: 0, right: 0, top: 0, bottom: 0 };

describe('readCropWindow', () => {
  const windowOf = (...fields: string[]) => {
    const read = new KeyedReader(new BitReader(bytesOf(...fields), 0));
    return { window: readCropWindow(read), key: read.key, overrun: read.bits.overrun };
  };

  it('reads left, right, top, bottom', () => {
    expect(windowOf('1', ue(1), ue(2), ue(3), ue(4))).toEqual({
      window: { left: 1, right: 2, top: 3, bottom: 4 },
      key: '1.1.2.3.4',
      overrun: false,
    });
  });

  it('cuts nothing off if there is none', () => {
    expect(windowOf('0')).toEqual({ window: NO_CROP, key: '0', overrun: false });
  });

  it('refuses more than any picture has', () => {
    expect(windowOf('1', ue(16_889), ue(0), ue(0), ue(0)).overrun).toBe(true);
  });
});

describe('shownSize', () => {
  const coded = { width: 1920, height: 1088 };
  const window = { left: 1, right: 2, top: 0, bottom: 4 };

  it.each([
    ['grey', 0, 1, 1917, 1084],
    ['4:2:0', 1, 1, 1914, 1080],
    ['4:2:2', 2, 1, 1914, 1084],
    ['4:4:4', 3, 1, 1917, 1084],
    ['4:2:0 in fields', 1, 2, 1914, 1072],
    ['4:2:2 in fields', 2, 2, 1914, 1080],
  ] as const)('counts the crop in units of %s', (_, chroma, rows, width, height) => {
    expect(shownSize(coded, window, chroma, rows)).toEqual({ width, height });
  });

  it.each([
    ['nothing', { width: 0, height: 16 }, NO_CROP],
    ['more than any level allows', { width: 16_889, height: 16 }, NO_CROP],
    ['a crop of everything', { width: 32, height: 32 }, { ...NO_CROP, left: 8, right: 8 }],
    ['a crop of more', { width: 32, height: 32 }, { ...NO_CROP, top: 9, bottom: 8 }],
  ])('refuses %s', (_, size, crop) => {
    expect(shownSize(size, crop, 1)).toBeUndefined();
  });

  it('allows the largest', () => {
    expect(shownSize({ width: 16_888, height: 16_888 }, NO_CROP, 1)).toEqual({ width: 16_888, height: 16_888 });
  });
});

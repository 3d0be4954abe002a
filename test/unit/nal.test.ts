import { describe, expect, it } from 'vitest';
import { hasPicture } from '../../bridge/nal.js';

const unit = (...nals: number[][]) => Uint8Array.from(nals.flatMap((nal) => [0, 0, 0, 1, ...nal]));

describe('hasPicture', () => {
  it.each([
    ['an end of sequence alone', unit([0x0a]), false],
    ['a delimiter and parameter sets', unit([0x09, 0xf0], [0x67, 1, 2, 3], [0x68, 4]), false],
    ['parameter sets and an IDR slice', unit([0x67, 1, 2, 3], [0x68, 4], [0x65, 9, 9]), true],
    ['a plain slice', unit([0x41, 0x9a, 0x02]), true],
    ['a data partition', unit([0x02, 0x9a]), true],
    ['a short start code', Uint8Array.from([0, 0, 1, 0x41, 1]), true],
    ['nothing', new Uint8Array(0), false],
    ['a start code that is cut off', Uint8Array.from([0, 0, 1]), false],
  ])('H.264: %s', (_, bytes, expected) => {
    expect(hasPicture(bytes, 'video/x-h264')).toBe(expected);
  });

  it.each([
    ['an end of sequence', unit([36 << 1, 1]), false],
    ['a trailing picture', unit([1 << 1, 1, 5]), true],
    ['an IDR behind its parameter sets', unit([32 << 1, 1], [33 << 1, 1], [34 << 1, 1], [19 << 1, 1, 7]), true],
  ])('H.265: %s', (_, bytes, expected) => {
    expect(hasPicture(bytes, 'video/x-h265')).toBe(expected);
  });

  it('takes every unit of another codec for a picture', () => {
    expect(hasPicture(new Uint8Array(3), 'image/jpeg')).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { h265RecoveryPointOf } from '../../../../bridge/codec/h265-sei.js';
import { bytesOf, se, u } from './bit-text.js';
import { h264Sei, h265Sei } from './fixtures.js';

const nalOf = (poc: number, header = 0x4e01) => bytesOf(u(16, header), u(8, 6), u(8, 5), se(poc), '0 1 1', '1');

describe('h265RecoveryPointOf', () => {
  it('reads the message, wherever it stands', () => {
    const expected = { recoveryPocCount: -3, exactMatch: true, brokenLink: false };
    expect(h265RecoveryPointOf(h265Sei.recoveryPoint)).toEqual(expected);
    expect(h265RecoveryPointOf(nalOf(32_767))).toEqual({
      recoveryPocCount: 32_767,
      exactMatch: false,
      brokenLink: true,
    });
  });

  it.each([
    ['other messages', h265Sei.pictureTiming],
    ['a suffix', nalOf(0, 0x5001)],
    ['another codec', h264Sei.recoveryPoint],
    ['nothing', new Uint8Array(0)],
    ['a cut', h265Sei.recoveryPoint.subarray(0, 10)],
    ['a count out of range', nalOf(32_768)],
  ])('finds none in %s', (_, nal) => {
    expect(h265RecoveryPointOf(nal)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { h264RecoveryPointOf } from '../../../../bridge/codec/h264-sei.js';
import { bytesOf, u, ue } from './bit-text.js';
import { h264Sei, h264Slices, h265Sei } from './fixtures.js';

describe('h264RecoveryPointOf', () => {
  it.each([
    ['recoveryPoint', { recoveryFrameCount: 9, exactMatch: true, brokenLink: false }],
    ['recoveryPointSecond', { recoveryFrameCount: 9, exactMatch: true, brokenLink: false }],
    ['bufferingPeriod', undefined],
  ] as const)('reads "%s"', (name, expected) => {
    expect(h264RecoveryPointOf(h264Sei[name])).toEqual(expected);
  });

  it('reads a broken link', () => {
    const nal = bytesOf(u(8, 6), u(8, 6), u(8, 1), ue(0), '0 1 00', '111', '1');
    expect(h264RecoveryPointOf(nal)).toEqual({ recoveryFrameCount: 0, exactMatch: false, brokenLink: true });
  });

  it.each([
    ['another type of NAL unit', h264Slices.highIdr],
    ['another codec', h265Sei.recoveryPoint],
    ['nothing', new Uint8Array(0)],
    ['a cut', h264Sei.recoveryPoint.subarray(0, 3)],
    ['more frames than there are numbers', bytesOf(u(8, 6), u(8, 6), u(8, 5), ue(65_536), '1 0 00 1')],
  ])('finds none in %s', (_, nal) => {
    expect(h264RecoveryPointOf(nal)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { audioTrack } from './collect.js';

const durationOf = (hex: string): number | undefined => {
  const { frames, push } = audioTrack({ encoding: 'OPUS', clockRate: 48_000, channels: 2, fmtp: {} });
  push(hex, 0);
  return frames[0]?.[2];
};

describe('OpusDepayloader', () => {
  it('passes packets on as they are', () => {
    const { frames, push } = audioTrack({ encoding: 'OPUS', clockRate: 48_000, channels: 2, fmtp: {} });
    // As opusenc and rtpopuspay send silence, in 20 ms stereo.
    push('fcfffe', 0);
    push('fcfffe', 13_500);
    push('fcfffe', 53_500, { lost: 1 });
    expect(frames).toEqual([
      ['fcfffe', 0, 20_000, false],
      ['fcfffe', 13_500, 20_000, false],
      ['fcfffe', 53_500, 20_000, true],
    ]);
  });

  it.each([
    ['three frames of 20 ms', 'fb03fffefffefffe', 60_000],
    ['a SILK frame of 10 ms', '00', 10_000],
    ['a SILK frame of 60 ms', '58', 60_000],
    ['a hybrid frame of 20 ms', '78', 20_000],
    ['a CELT frame of 2.5 ms', '80', 2500],
    ['two CELT frames of 5 ms', '89', 10_000],
    ['two frames of 60 ms', '1a', 120_000],
    ['48 frames of 2.5 ms', '8330', 120_000],
  ])('knows how long %s last', (_, hex, duration) => {
    expect(durationOf(hex)).toBe(duration);
  });

  it.each([
    ['nothing', ''],
    ['no frames', 'fb00'],
    ['a count that is cut off', 'fb'],
    ['more than 120 ms', 'fb07'],
  ])('drops %s', (_, hex) => {
    expect(durationOf(hex)).toBeUndefined();
  });
});

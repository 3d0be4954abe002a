import { describe, expect, it } from 'vitest';
import { audioTrack } from './collect.js';

describe('PcmDepayloader', () => {
  it('takes each packet for a frame that lasts as long as its samples', () => {
    const { frames, push } = audioTrack({ encoding: 'PCMA', clockRate: 8000, fmtp: {} });
    // As alawenc and rtppcmapay send 20 ms of silence.
    const silence = 'd5'.repeat(160);
    push(silence, 0);
    push(silence, 20_000, { marker: false });
    push('d5', 60_000, { lost: 1 });
    push('', 70_000);
    expect(frames).toEqual([
      [silence, 0, 20_000, false],
      [silence, 20_000, 20_000, false],
      ['d5', 60_000, 125, true],
    ]);
  });

  it('cuts L16 at whole samples of all channels', () => {
    const { frames, push } = audioTrack({ encoding: 'L16', clockRate: 44_100, channels: 2, fmtp: {} });
    push('0001000200030004ffff', 0);
    push('000102', 0);
    expect(frames).toEqual([['0001000200030004', 0, 45, false]]);
  });

  it.each([
    ['G726-16', 160_000],
    ['G726-24', 106_625],
    ['G726-32', 80_000],
    ['G726-40', 64_000],
  ])('counts the samples of %s', (encoding, duration) => {
    const { frames, push } = audioTrack({ encoding, clockRate: 8000, fmtp: {} });
    push('ff'.repeat(320), 0);
    expect(frames.map(([hex, , micros]) => [hex.length / 2, micros])).toEqual([[320, duration]]);
  });
});

import { describe, expect, it } from 'vitest';
import { audioFormat } from '../../../../bridge/rtp/audio-format.js';

const format = (encoding: string, fmtp: Record<string, string> = {}, more = {}) =>
  audioFormat({ encoding, fmtp, ...more });

describe('audioFormat', () => {
  it('takes G.711 at 8 kHz and mono where the SDP says nothing', () => {
    expect(format('PCMA')).toEqual({ kind: 'pcm', law: 'alaw', bits: 8, rate: 8000, channels: 1 });
    expect(format('PCMU', {}, { clockRate: 16_000, channels: 2 })).toMatchObject({ rate: 16_000, channels: 2 });
  });

  it('needs the rate of L16', () => {
    expect(format('L16')).toBeUndefined();
    expect(format('L16', {}, { clockRate: 44_100, channels: 2 })).toMatchObject({
      bits: 16,
      rate: 44_100,
      channels: 2,
    });
  });

  it.each([
    ['G726-16', 2],
    ['G726-24', 3],
    ['G726-32', 4],
    ['G726-40', 5],
  ])('knows the bits of %s', (encoding, bits) => {
    expect(format(encoding)).toMatchObject({ law: 'g726', bits, rate: 8000, channels: 1 });
  });

  it('takes Opus for mono unless it says stereo', () => {
    expect(format('OPUS', {}, { clockRate: 48_000, channels: 2 })).toEqual({ kind: 'opus', channels: 1 });
    expect(format('OPUS', { 'sprop-stereo': '1' })).toEqual({ kind: 'opus', channels: 2 });
  });

  it('takes the lengths of AAC headers from the SDP, or else from the mode', () => {
    const lengths = { config: '1408', sizelength: '6', indexlength: '2', indexdeltalength: '1', ctsdeltalength: '9' };
    expect(format('MPEG4-GENERIC', lengths)).toMatchObject({
      headers: { size: 6, index: 2, indexDelta: 1, ctsDelta: 9, randomAccess: false },
    });
    expect(format('MPEG4-GENERIC', { config: '1408', mode: 'AAC-hbr' })).toMatchObject({
      headers: { size: 13, index: 3, indexDelta: 3 },
    });
    expect(format('MPEG4-GENERIC', { config: '1408', mode: 'AAC-lbr' })).toMatchObject({
      headers: { size: 6, index: 2, indexDelta: 2 },
    });
  });

  it('believes the config more than the rtpmap', () => {
    const media = { clockRate: 8000, channels: 2 };
    expect(format('MPEG4-GENERIC', { config: '1408' }, media)).toMatchObject({ config: { rate: 16_000 }, channels: 1 });
    expect(format('MP4A-LATM', { cpresent: '0', config: '400024203fc0' }, media)).toMatchObject({
      config: { rate: 44_100 },
      channels: 2,
    });
    // A config whose channels only the stream describes.
    expect(format('MPEG4-GENERIC', { config: '1400' }, media)).toMatchObject({ channels: 2 });
  });

  it.each([
    ['an unknown encoding', 'G723', {}],
    ['no encoding', '', {}],
    ['AAC without a config', 'MPEG4-GENERIC', {}],
    ['AAC with a config that is no hex', 'MPEG4-GENERIC', { config: 'xyz' }],
    ['AAC with lengths of nonsense', 'MPEG4-GENERIC', { config: '1408', sizelength: '99' }],
    ['AAC with lengths of words', 'MPEG4-GENERIC', { config: '1408', indexlength: 'three' }],
    ['AAC without sizes', 'MPEG4-GENERIC', { config: '1408', sizelength: '0' }],
    ['LATM with its config in the packets', 'MP4A-LATM', { config: '400024203fc0' }],
    ['LATM without a config', 'MP4A-LATM', { cpresent: '0' }],
    ['LATM with a config that is none', 'MP4A-LATM', { cpresent: '0', config: 'ffff' }],
  ])('refuses %s', (_, encoding, fmtp) => {
    expect(format(encoding, fmtp)).toBeUndefined();
  });

  it.each([{ channels: 0 }, { channels: 99 }, { clockRate: 0 }, { clockRate: 1e9 }])('refuses %j', (more) => {
    expect(format('PCMU', {}, more)).toBeUndefined();
  });
});

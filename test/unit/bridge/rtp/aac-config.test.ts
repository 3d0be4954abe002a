import { describe, expect, it } from 'vitest';
import { readAacConfig } from '../../../../bridge/rtp/aac-config.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, randomBytes } from './collect.js';

const read = (hex: string) => readAacConfig(Buffer.from(hex, 'hex'));
/** From groups of bits. */
const bits = (text: string): string => {
  const all = text.replaceAll(' ', '');
  const bytes = all.padEnd(Math.ceil(all.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))).toString('hex');
};

describe('readAacConfig', () => {
  it.each([
    ['AAC-LC, 16 kHz, mono', '1408', { objectType: 2, rate: 16_000, outputRate: 16_000, channels: 1, bits: 16 }],
    ['AAC-LC, 44.1 kHz, stereo', '1210', { objectType: 2, rate: 44_100, outputRate: 44_100, channels: 2, bits: 16 }],
    ['AAC-LC, 7.1', '11b8', { rate: 48_000, channels: 8 }],
    ['what avenc_aac writes: no SBR, said behind the config', '140856e500', { outputRate: 16_000, bits: 33 }],
    ['frames of 960', bits('00010 1000 0001 1 0 0'), { frameSamples: 960 }],
    ['a rate of its own', bits('00010 1111 000000000010101110011000 0001 0 0 0'), { rate: 11_160, bits: 40 }],
    ['a core coder', bits('00010 1000 0001 0 1 00000000000011 0'), { bits: 30 }],
    [
      'SBR that is said first',
      bits('00101 0110 0010 0011 00010 0 0 0'),
      { objectType: 2, rate: 24_000, outputRate: 48_000, channels: 2, frameSamples: 1024, bits: 25 },
    ],
    [
      'parametric stereo that is said first',
      bits('11101 0110 0001 0011 00010 0 0 0'),
      { objectType: 2, rate: 24_000, outputRate: 48_000, channels: 1 },
    ],
    [
      'SBR that is said behind',
      bits('00010 0110 0010 0 0 0 01010110111 00101 1 0011'),
      { objectType: 2, rate: 24_000, outputRate: 48_000, bits: 37 },
    ],
    [
      'parametric stereo that is said behind',
      bits('00010 0110 0001 0 0 0 01010110111 00101 1 0011 10101001000 1'),
      { outputRate: 48_000, channels: 1, bits: 49 },
    ],
    ['low delay', bits('10111 1000 0001 0 0 0 00'), { objectType: 23, frameSamples: 512, bits: 18 }],
    ['low delay, short', bits('10111 1000 0001 1 0 0 00'), { frameSamples: 480 }],
    ['enhanced low delay', bits('11111 000111 1000 0001 1'), { objectType: 39, frameSamples: 480, channels: 1 }],
    ['channels that the stream describes', bits('00010 1000 0000 0 0 0'), { channels: 0, rate: 16_000 }],
  ])('reads %s', (_, hex, config) => {
    expect(read(hex)).toMatchObject(config);
  });

  it.each([
    ['nothing', ''],
    ['one byte', '14'],
    ['a reserved rate', bits('00010 1101 0001 0 0 0')],
    ['a rate of 0', bits('00010 1111 000000000000000000000000 0001 0 0 0')],
    ['CELP', bits('01000 1000 0001 0 0 0')],
    ['MP3', bits('11111 000010 1000 0001 000')],
    ['an extension that is cut off', bits('00010 1000 0001 0 1 0')],
  ])('knows that %s is none', (_, hex) => {
    expect(read(hex)).toBeUndefined();
  });

  it('does not say where a config ends that it cannot read to the end', () => {
    expect(read(bits('00010 1000 0000 0 0 0'))).not.toHaveProperty('bits');
    expect(read(bits('10111 1000 0001 0 0 0 10'))).not.toHaveProperty('bits');
  });

  it('bears anything', () => {
    const random = randomOf(8);
    let found = 0;
    for (let run = 0; run < 20_000; run++) {
      const config = readAacConfig(randomBytes(random, integer(random, 0, 12)));
      if (config) found += config.rate > 0 && config.frameSamples > 0 ? 1 : Number.NaN;
    }
    expect(found).toBeGreaterThan(1000);
  });
});

import { describe, expect, it } from 'vitest';
import { readLatmConfig } from '../../../../bridge/rtp/latm-config.js';

const read = (hex: string) => {
  const config = readLatmConfig(Buffer.from(hex, 'hex'));
  return config && { ...config, audioSpecificConfig: config.audioSpecificConfig.toString('hex') };
};

describe('readLatmConfig', () => {
  it('cuts out the AudioSpecificConfig', () => {
    expect(read('400024203fc0')).toMatchObject({
      audioSpecificConfig: '1210',
      aac: { objectType: 2, rate: 44_100, channels: 2, frameSamples: 1024 },
    });
  });

  it.each([
    ['40002810', '1408'],
    ['40002810adca00', '140856e500'],
  ])("reads what GStreamer's payloader writes: %s", (hex, audioSpecificConfig) => {
    expect(read(hex)).toMatchObject({ audioSpecificConfig, aac: { rate: 16_000, channels: 1 } });
  });

  it('does not care how many frames an element has', () => {
    expect(read('430024203fc0')).toMatchObject({ audioSpecificConfig: '1210' });
  });

  it.each([
    ['nothing', ''],
    ['version 1', 'c00024203fc0'],
    ['streams with frames of their own', '000024203fc0'],
    ['two programs', '402024203fc0'],
    ['two layers', '400224203fc0'],
    ['frames of one length', '400024204000'],
    ['other data', '400024203fe0'],
    ['no AAC', '400080203fc0'],
    ['a config that is cut off', '400024'],
  ])('refuses %s', (_, hex) => {
    expect(read(hex)).toBeUndefined();
  });
});

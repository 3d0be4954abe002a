import { describe, expect, it } from 'vitest';
import { readMpaHeader } from '../../../../bridge/rtp/mpa-header.js';

describe('readMpaHeader', () => {
  it.each([
    ['MPEG-1 layer III, 320 kbit/s, 48 kHz', 'fffbe464', { length: 960, samples: 1152, rate: 48_000 }],
    ['MPEG-1 layer III, 128 kbit/s, 44.1 kHz, padded', 'fffb9264', { length: 418, samples: 1152, rate: 44_100 }],
    ['MPEG-1 layer II, 192 kbit/s, 48 kHz', 'fffda400', { length: 576, samples: 1152, rate: 48_000 }],
    ['MPEG-1 layer I, 384 kbit/s, 32 kHz', 'ffffc800', { length: 576, samples: 384, rate: 32_000 }],
    ['MPEG-2 layer III, 64 kbit/s, 22.05 kHz', 'fff380c4', { length: 208, samples: 576, rate: 22_050 }],
    ['MPEG-2 layer II, 32 kbit/s, 16 kHz', 'fff54800', { length: 288, samples: 1152, rate: 16_000 }],
    ['MPEG-2 layer I, 32 kbit/s, 24 kHz', 'fff71400', { length: 64, samples: 384, rate: 24_000 }],
    ['MPEG-2.5 layer III, 8 kbit/s, 8 kHz', 'ffe318c4', { length: 72, samples: 576, rate: 8000 }],
  ])('reads %s', (_, hex, frame) => {
    expect(readMpaHeader(Buffer.from(`00${hex}`, 'hex'), 1)).toEqual(frame);
  });

  it.each([
    ['nothing', ''],
    ['three bytes', 'fffbe4'],
    ['no sync', 'ff1be464'],
    ['a reserved version', 'ffebe464'],
    ['a reserved layer', 'fff9e464'],
    ['a reserved rate', 'fffbec64'],
    ['a reserved bit rate', 'fffbf464'],
    ['a bit rate that is not said', 'fffb0464'],
  ])('finds no frame in %s', (_, hex) => {
    expect(readMpaHeader(Buffer.from(hex, 'hex'), 0)).toBeUndefined();
  });
});

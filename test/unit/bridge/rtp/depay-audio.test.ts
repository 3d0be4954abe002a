import { describe, expect, it } from 'vitest';
import type { AudioMedia } from '../../../../bridge/rtp/audio-format.js';
import { audioDepayloader } from '../../../../bridge/rtp/depay-audio.js';
import { randomOf } from '../../../kit/motion-planes.js';
import { integer, randomBytes } from './collect.js';

const MEDIA: AudioMedia[] = [
  { encoding: 'PCMU', clockRate: 8000, fmtp: {} },
  { encoding: 'L16', clockRate: 16_000, channels: 3, fmtp: {} },
  { encoding: 'G726-24', clockRate: 8000, fmtp: {} },
  { encoding: 'OPUS', clockRate: 48_000, channels: 2, fmtp: {} },
  { encoding: 'MPA', clockRate: 90_000, fmtp: {} },
  { encoding: 'MPEG4-GENERIC', clockRate: 16_000, fmtp: { config: '1408', mode: 'AAC-hbr' } },
  {
    encoding: 'MPEG4-GENERIC',
    clockRate: 16_000,
    fmtp: { config: '1408', sizelength: '32', ctsdeltalength: '32', auxiliarydatasizelength: '32' },
  },
  { encoding: 'MP4A-LATM', clockRate: 16_000, fmtp: { cpresent: '0', config: '400024203fc0' } },
];

describe('audioDepayloader', () => {
  it('knows none for what is unknown', () => {
    expect(audioDepayloader({ encoding: 'G723', clockRate: 8000, fmtp: {} }, { frame: () => {} })).toBeUndefined();
  });

  it.each(MEDIA)('bears anything as $encoding', (media) => {
    const random = randomOf(21);
    let [bytes, wrong] = [0, 0];
    const depayloader = audioDepayloader(media, {
      frame: (frame, pts, duration) => {
        bytes += frame.length;
        if (frame.length === 0 || !Number.isSafeInteger(pts) || !Number.isSafeInteger(duration)) wrong++;
      },
    })!;
    let sent = 0;
    for (let run = 0; run < 20_000; run++) {
      const payload = randomBytes(random, integer(random, 0, 60));
      if (random() < 0.5 && payload.length > 4) payload.set([0, 16, 0, integer(random, 0, 255)]);
      if (random() < 0.2 && payload.length > 8) payload.set([0, 0, 0, 0, 0xff, 0xe3, 0x18, 0xc4]);
      sent += payload.length;
      depayloader.push(payload, random() < 0.5, run * 100, random() < 0.05 ? 1 : 0, random() < 0.01);
    }
    expect(wrong).toBe(0);
    expect(bytes).toBeLessThanOrEqual(sent);
  });
});

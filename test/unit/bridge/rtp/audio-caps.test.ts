import { describe, expect, it } from 'vitest';
import { audioCapsText } from '../../../../bridge/rtp/audio-caps.js';

const AAC = 'audio/mpeg, mpegversion=(int)4, framed=(boolean)true, stream-format=(string)raw';
const L16 = 'audio/x-raw, format=(string)S16BE, layout=(string)interleaved';

describe('audioCapsText', () => {
  it.each([
    [{ encoding: 'PCMU', clockRate: 8000 }, 'audio/x-mulaw, rate=(int)8000, channels=(int)1'],
    [{ encoding: 'PCMA', clockRate: 8000, channels: 1 }, 'audio/x-alaw, rate=(int)8000, channels=(int)1'],
    [{ encoding: 'L16', clockRate: 44_100, channels: 2 }, `${L16}, rate=(int)44100, channels=(int)2`],
    [
      { encoding: 'L16', clockRate: 16_000, channels: 4 },
      `${L16}, rate=(int)16000, channels=(int)4, channel-mask=(bitmask)0x0`,
    ],
    [
      { encoding: 'G726-40', clockRate: 8000 },
      'audio/x-adpcm, layout=(string)g726, bitrate=(int)40000, block_align=(int)5, rate=(int)8000, channels=(int)1',
    ],
    [
      { encoding: 'OPUS', clockRate: 48_000, channels: 2 },
      'audio/x-opus, channel-mapping-family=(int)0, rate=(int)48000, channels=(int)1',
    ],
    [{ encoding: 'MPA', clockRate: 90_000 }, 'audio/mpeg, mpegversion=(int)1'],
    [
      { encoding: 'MPEG4-GENERIC', clockRate: 8000, fmtp: { config: '1408' } },
      `${AAC}, rate=(int)16000, channels=(int)1, codec_data=(buffer)1408`,
    ],
    [
      { encoding: 'MPEG4-GENERIC', clockRate: 24_000, fmtp: { config: '2b118800' } },
      `${AAC}, rate=(int)48000, channels=(int)2, codec_data=(buffer)2b118800`,
    ],
    [
      { encoding: 'MP4A-LATM', clockRate: 16_000, fmtp: { cpresent: '0', config: '40002810adca00' } },
      `${AAC}, rate=(int)16000, channels=(int)1, codec_data=(buffer)140856e500`,
    ],
  ])('%j', (media, caps) => {
    expect(audioCapsText({ fmtp: {}, ...media })).toBe(caps);
  });

  it('has none for what is unknown', () => {
    expect(audioCapsText({ encoding: 'SPEEX', clockRate: 8000, fmtp: {} })).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { parseCaps } from '../../../../bridge/filters/caps.js';
import { encodedCaps } from '../../../../bridge/filters/encoded-caps.js';

it.each([
  ['audio/x-alaw, rate=(int)8000, channels=(int)1', 'rate=(int)16000, channels=(int)1, codec_data=(buffer)1408'],
  ['audio/x-mulaw, rate=(int)8000', 'rate=(int)16000, channels=(int)1, codec_data=(buffer)1408'],
  ['audio/x-opus, rate=(int)48000, channels=(int)2', 'rate=(int)48000, channels=(int)2, codec_data=(buffer)1190'],
  ['audio/x-raw, rate=(int)44100, channels=(int)8', 'rate=(int)48000, channels=(int)8, codec_data=(buffer)11b8'],
  ['audio/mpeg, mpegversion=(int)1', 'rate=(int)48000, channels=(int)2, codec_data=(buffer)1190'],
])('says of %s what an encoder will', (given, encoded) => {
  expect(encodedCaps(parseCaps(given))?.text).toContain(encoded);
});

it.each(['audio/mpeg, mpegversion=(int)4', 'image/jpeg', 'video/x-h264', 'audio/x-unheard-of'])(
  'says nothing of %s',
  (given) => {
    expect(encodedCaps(parseCaps(given))).toBeUndefined();
  },
);

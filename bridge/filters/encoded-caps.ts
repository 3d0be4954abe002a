import type { StreamCaps } from '../types.js';
import { channelsOf, parseCaps } from './caps.js';
import { encodedKindOf } from './encoded-kind.js';
import { encodedAs } from './pipeline-text.js';

/** Numbers of the rates in an AudioSpecificConfig (ISO/IEC 14496-3). */
const RATES: Readonly<Record<number, number>> = { 48000: 3, 16000: 8 };
const AAC_LC = 2;
const [EIGHT_CHANNELS, LAYOUT_OF_EIGHT] = [8, 7];

/** What an encoder makes of such sound, before it has begun; undefined if it makes nothing of it. */
export const encodedCaps = (caps: StreamCaps): StreamCaps | undefined => {
  const kind = encodedKindOf(caps);
  if (kind === undefined || kind === 'mjpeg') return undefined;
  const { rate, channels = channelsOf(caps) } = encodedAs(kind);
  const layout = channels === EIGHT_CHANNELS ? LAYOUT_OF_EIGHT : channels;
  const config = Buffer.alloc(2);
  config.writeUInt16BE((AAC_LC << 11) | (RATES[rate]! << 7) | (layout << 3));
  return parseCaps(
    'audio/mpeg, mpegversion=(int)4, framed=(boolean)true, stream-format=(string)raw, ' +
      `rate=(int)${rate}, channels=(int)${channels}, codec_data=(buffer)${config.toString('hex')}`,
  );
};

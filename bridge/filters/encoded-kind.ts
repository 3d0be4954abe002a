import type { StreamCaps } from '../types.js';

/** Sound that becomes AAC before it is stored. */
export const SOUND_KINDS = ['alaw', 'mulaw', 'g726', 'linear', 'opus', 'mpeg'] as const;

export type SoundKind = (typeof SOUND_KINDS)[number];

/** What is encoded; `mjpeg` becomes H.264. */
export type EncodedKind = SoundKind | 'mjpeg';

const KINDS: Readonly<Record<string, EncodedKind>> = {
  'audio/x-alaw': 'alaw',
  'audio/x-mulaw': 'mulaw',
  'audio/x-adpcm': 'g726',
  'audio/x-raw': 'linear',
  'audio/x-opus': 'opus',
  'image/jpeg': 'mjpeg',
};

/** How such media is encoded; undefined if it cannot be, or is AAC, H.264 or H.265 already. */
export const encodedKindOf = ({ mediaType, text }: StreamCaps): EncodedKind | undefined =>
  mediaType === 'audio/mpeg' && !/mpegversion=\(int\)4/.test(text) ? 'mpeg' : KINDS[mediaType];

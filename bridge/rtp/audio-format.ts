import type { SdpFormat } from '../rtsp/types.js';
import { type AacConfig, readAacConfig } from './aac-config.js';
import { readLatmConfig } from './latm-config.js';

/** What an SDP says of an audio track. */
export type AudioMedia = Pick<SdpFormat, 'encoding' | 'clockRate' | 'channels' | 'fmtp'>;

/** An audio format that can be taken, with all that its frames need. */
export type AudioFormat =
  | { kind: 'pcm'; law: 'mulaw' | 'alaw' | 'linear' | 'g726'; bits: number; rate: number; channels: number }
  | { kind: 'opus'; channels: number }
  | { kind: 'mpa' }
  | ({ kind: 'aac'; headers: AacHeaders } & AacStream)
  | ({ kind: 'latm' } & AacStream);

export interface AacStream {
  config: AacConfig;
  /** For decoders. */
  audioSpecificConfig: Buffer;
  /** As the config has them, or else the SDP. */
  channels: number;
}

/** Bits of the fields in an AU header (RFC 3640 3.2.1). */
export interface AacHeaders {
  size: number;
  index: number;
  indexDelta: number;
  ctsDelta: number;
  dtsDelta: number;
  randomAccess: boolean;
  streamState: number;
  /** Bits of the size of the auxiliary section. */
  auxiliary: number;
}

const MOST_CHANNELS = 8;
const HIGHEST_RATE = 384_000;
const G726 = /^G726-(16|24|32|40)$/;
const HEX = /^(?:[0-9a-f]{2}){1,256}$/i;

/** Reads the format of an audio track from its SDP; undefined if it is unknown, or says too little. */
export const audioFormat = (media: AudioMedia): AudioFormat | undefined => {
  const { encoding, fmtp } = media;
  const channels = media.channels ?? 1;
  const rate = media.clockRate ?? 8000;
  if (!isWithin(channels, MOST_CHANNELS) || !isWithin(rate, HIGHEST_RATE)) return undefined;
  const g726 = G726.exec(encoding);
  if (g726) return { kind: 'pcm', law: 'g726', bits: Number(g726[1]) / 8, rate: 8000, channels: 1 };
  switch (encoding) {
    case 'PCMU':
      return { kind: 'pcm', law: 'mulaw', bits: 8, rate, channels };
    case 'PCMA':
      return { kind: 'pcm', law: 'alaw', bits: 8, rate, channels };
    case 'L16':
      return media.clockRate === undefined ? undefined : { kind: 'pcm', law: 'linear', bits: 16, rate, channels };
    case 'OPUS':
      // The rtpmap says 2 whatever is sent (RFC 7587 7).
      return { kind: 'opus', channels: fmtp['sprop-stereo'] === '1' ? 2 : 1 };
    case 'MPA':
      return { kind: 'mpa' };
    case 'MPEG4-GENERIC':
      return aac(fmtp, channels);
    case 'MP4A-LATM':
      return latm(fmtp, channels);
    default:
      return undefined;
  }
};

const aac = (fmtp: Record<string, string>, channels: number): AudioFormat | undefined => {
  const audioSpecificConfig = hex(fmtp['config']);
  const config = audioSpecificConfig && readAacConfig(audioSpecificConfig);
  const headers = aacHeaders(fmtp);
  if (!config || !headers) return undefined;
  return { kind: 'aac', headers, config, audioSpecificConfig, channels: config.channels || channels };
};

const latm = (fmtp: Record<string, string>, channels: number): AudioFormat | undefined => {
  // With `cpresent` 1, which it is unless said otherwise, the config is in the packets.
  if (fmtp['cpresent'] !== '0') return undefined;
  const bytes = hex(fmtp['config']);
  const config = bytes && readLatmConfig(bytes);
  if (!config) return undefined;
  const { aac, audioSpecificConfig } = config;
  return { kind: 'latm', config: aac, audioSpecificConfig, channels: aac.channels || channels };
};

/** The fields' lengths; those of the mode where the SDP leaves them out (RFC 3640 3.3.5, 3.3.6). */
const aacHeaders = (fmtp: Record<string, string>): AacHeaders | undefined => {
  const small = fmtp['mode']?.toLowerCase() === 'aac-lbr';
  const lengthOf = (name: string, otherwise: number): number => Number(fmtp[name] || otherwise);
  const headers = {
    size: lengthOf('sizelength', small ? 6 : 13),
    index: lengthOf('indexlength', small ? 2 : 3),
    indexDelta: lengthOf('indexdeltalength', small ? 2 : 3),
    ctsDelta: lengthOf('ctsdeltalength', 0),
    dtsDelta: lengthOf('dtsdeltalength', 0),
    streamState: lengthOf('streamstateindication', 0),
    auxiliary: lengthOf('auxiliarydatasizelength', 0),
  };
  const usable = Object.values(headers).every((bits) => Number.isInteger(bits) && bits >= 0 && bits <= 32);
  if (!usable || headers.size === 0) return undefined;
  return { ...headers, randomAccess: fmtp['randomaccessindication'] === '1' };
};

const hex = (text: string | undefined): Buffer | undefined =>
  text !== undefined && HEX.test(text) ? Buffer.from(text, 'hex') : undefined;

const isWithin = (value: number, most: number): boolean => Number.isInteger(value) && value > 0 && value <= most;

import { BitReader } from '../codec/bits.js';

/** What an AudioSpecificConfig says (ISO 14496-3 1.6.2.1). */
export interface AacConfig {
  /** Of the core: 2 is AAC-LC, whether or not it has SBR on top. */
  objectType: number;
  /** Samples per second of the core, in which frames are counted. */
  rate: number;
  /** Samples per second that are heard: twice the core's with SBR. */
  outputRate: number;
  /** 0: only the stream itself says. */
  channels: number;
  /** Samples of the core in a frame. */
  frameSamples: number;
  /** Length of the config in bits, where that could be read; it need not end with a byte. */
  bits?: number;
}

const RATES = [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
const RATE_ESCAPE = 15;
/** By channelConfiguration; 0 has a description of its own. */
const CHANNELS = [0, 1, 2, 3, 4, 5, 6, 8, 0, 0, 0, 7, 8, 0, 8];

const SBR = 5;
const SCALABLE = 6;
const BSAC = 22;
const LOW_DELAY = 23;
const PARAMETRIC_STEREO = 29;
const ENHANCED_LOW_DELAY = 39;
/** Those with a GASpecificConfig (ISO 14496-3 table 1.15). */
const GENERAL_AUDIO: readonly number[] = [1, 2, 3, 4, SCALABLE, 7, 17, 19, 20, 21, BSAC, LOW_DELAY];
/** Error resilient: from here on, an epConfig follows. */
const RESILIENT_FROM = 17;
const RESILIENT_WITH_FLAGS: readonly number[] = [17, 19, 20, LOW_DELAY];
const WITH_LAYER: readonly number[] = [SCALABLE, 20];

/** Behind a config: there is SBR, and perhaps parametric stereo, that older decoders know nothing of (ISO 14496-3 1.6.5). */
const SBR_SYNC = 0x2b7;
const STEREO_SYNC = 0x548;

/** Reads the config of an fmtp line; undefined if it is no AAC. */
export const readAacConfig = (bytes: Uint8Array): AacConfig | undefined =>
  parseAacConfig(new BitReader(bytes, 0, 'plain'));

/** Reads a config from where the reader stands. More may follow, which is none of it. */
export const parseAacConfig = (bits: BitReader): AacConfig | undefined => {
  const start = bits.position;
  let objectType = objectTypeIn(bits);
  const rate = rateIn(bits);
  const channels = CHANNELS[bits.bits(4)] ?? 0;
  let outputRate = rate;
  if (objectType === SBR || objectType === PARAMETRIC_STEREO) {
    outputRate = rateIn(bits);
    objectType = objectTypeIn(bits);
  }
  const config = { objectType, rate, outputRate, channels };
  if (rate === 0 || outputRate === 0 || bits.overrun) return undefined;
  if (objectType === ENHANCED_LOW_DELAY) return { ...config, frameSamples: bits.flag() ? 480 : 512 };
  if (!GENERAL_AUDIO.includes(objectType)) return undefined;
  const short = bits.flag();
  const frameSamples = objectType === LOW_DELAY ? (short ? 480 : 512) : short ? 960 : 1024;
  const endFound = skipGeneralAudio(bits, objectType, channels);
  if (bits.overrun) return undefined;
  if (!endFound) return { ...config, frameSamples };
  const extended = outputRate === rate ? extensionIn(bits) : 0;
  return { ...config, frameSamples, bits: bits.position - start, ...(extended > 0 ? { outputRate: extended } : {}) };
};

/** The rate with SBR that stands behind a config; 0 if there is none. */
const extensionIn = (bits: BitReader): number => {
  if (bits.remaining < 17 || bits.peek(16) !== (SBR_SYNC << 5) + SBR) return 0;
  bits.bits(16);
  if (!bits.flag()) return 0;
  const rate = rateIn(bits);
  if (bits.remaining >= 12 && bits.peek(11) === STEREO_SYNC) bits.bits(12);
  return bits.overrun ? 0 : rate;
};

/** Passes over the rest of a GASpecificConfig, behind its frameLengthFlag. False: its end was not found. */
const skipGeneralAudio = (bits: BitReader, objectType: number, channels: number): boolean => {
  if (bits.flag()) bits.bits(14);
  const extended = bits.flag();
  if (channels === 0) return false;
  if (WITH_LAYER.includes(objectType)) bits.bits(3);
  if (extended) {
    if (objectType === BSAC) bits.bits(16);
    if (RESILIENT_WITH_FLAGS.includes(objectType)) bits.bits(3);
    bits.bits(1);
  }
  // Protection of its own has a long description.
  return objectType < RESILIENT_FROM || bits.bits(2) < 2;
};

const objectTypeIn = (bits: BitReader): number => {
  const type = bits.bits(5);
  return type === 31 ? 32 + bits.bits(6) : type;
};

/** 0 if there is none with this number. */
const rateIn = (bits: BitReader): number => {
  const index = bits.bits(4);
  return index === RATE_ESCAPE ? bits.bits(24) : (RATES[index] ?? 0);
};

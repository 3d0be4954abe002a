import type { NalCodec } from '../types.js';
import type { Fraction } from './fraction.js';
import type { H264Sps } from './h264-sets.js';
import type { H265Sps } from './h265-sets.js';
import { h264Names, h265Names } from './profile-names.js';

const CHROMA_FORMATS = ['4:0:0', '4:2:0', '4:2:2', '4:4:4'] as const;

/** GStreamer's fractions are made of these. */
const MOST_INT = 2 ** 31 - 1;

/** Frame rates outside of this are taken for mistakes, in pictures per second. */
const [LEAST_RATE, MOST_RATE] = [1, 240];

/**
 * The GStreamer caps, fixed, of a byte stream that is cut into access units. Every field is one of `h264parse` and
 * `h265parse`, with the value that they give it; only the height of a field sequence they double.
 */
export const capsTextOf = (codec: NalCodec, sps: H264Sps | H265Sps): string => {
  const { profile, level } = 'profile' in sps ? h265Names(sps.profile) : h264Names(sps);
  const tier = 'profile' in sps ? sps.profile.tier : undefined;
  const bitDepthChroma = sps.chromaFormatIdc === 0 ? 0 : sps.bitDepthChroma;
  return [
    `video/x-${codec}`,
    'stream-format=(string)byte-stream',
    'alignment=(string)au',
    `width=(int)${sps.width}`,
    `height=(int)${sps.height}`,
    ...field('framerate=(fraction)', sps.frameRate && rate(sps.frameRate)),
    `pixel-aspect-ratio=(fraction)${sps.pixelAspect ? text(sps.pixelAspect) : '1/1'}`,
    ...field('profile=(string)', profile),
    ...field('tier=(string)', tier),
    ...field('level=(string)', level),
    `chroma-format=(string)${CHROMA_FORMATS[sps.chromaFormatIdc]}`,
    `bit-depth-luma=(uint)${sps.bitDepthLuma}`,
    `bit-depth-chroma=(uint)${bitDepthChroma}`,
    'parsed=(boolean)true',
  ].join(', ');
};

const field = (name: string, value: string | undefined): string[] => (value === undefined ? [] : [name + value]);

const text = ({ numerator, denominator }: Fraction): string => `${numerator}/${denominator}`;

const rate = (frameRate: Fraction): string | undefined => {
  const { numerator, denominator } = frameRate;
  const perSecond = numerator / denominator;
  const sane = perSecond >= LEAST_RATE && perSecond <= MOST_RATE && Math.max(numerator, denominator) <= MOST_INT;
  return sane ? text(frameRate) : undefined;
};

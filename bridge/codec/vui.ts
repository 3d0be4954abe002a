import { type Fraction, fractionOf } from './fraction.js';
import type { KeyedReader } from './keyed-reader.js';

/** Width to height of a pixel, by aspect_ratio_idc (H.264 Table E-1, H.265 Table E.1). */
const PIXEL_ASPECTS: readonly (readonly [number, number])[] = [
  [0, 0], // not said
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
];
const EXTENDED_SAR = 255;

/** What is meant where nothing is said: video_format, full range, and the three colour numbers. */
const NO_SIGNAL_TYPE = [5, 0, 2, 2, 2] as const;

/**
 * Reads the first part of the VUI, the same in both codecs: how pictures are to be shown (H.264 E.1.1, H.265 E.2.1, up to
 * the chroma sample location). The key gets what is meant, so that saying the default is as good as saying nothing.
 * @returns the shape of a pixel if it is said
 */
export const readDisplayVui = (read: KeyedReader): Fraction | undefined => {
  const { bits } = read;
  const pixelAspect = bits.flag() ? readPixelAspect(read) : undefined;
  notePixelAspect(read, pixelAspect);
  // Not said, not appropriate, appropriate.
  read.note(bits.flag() ? 1 + bits.bits(1) : 0);
  const signal: number[] = [...NO_SIGNAL_TYPE];
  if (bits.flag()) {
    signal[0] = bits.bits(3);
    signal[1] = bits.bits(1);
    if (bits.flag()) signal.splice(2, 3, bits.bits(8), bits.bits(8), bits.bits(8));
  }
  for (const value of signal) read.note(value);
  const chromaLocation = bits.flag() ? [bits.ue(), bits.ue()] : [0, 0];
  for (const value of chromaLocation) read.note(value);
  return pixelAspect;
};

/** Gives the key what it would have got from a VUI that says nothing on how to show pictures. */
export const noteNoDisplayVui = (read: KeyedReader): void => {
  notePixelAspect(read, undefined);
  for (const value of [0, ...NO_SIGNAL_TYPE, 0, 0]) read.note(value);
};

const readPixelAspect = ({ bits }: KeyedReader): Fraction | undefined => {
  const idc = bits.bits(8);
  const [width, height] = idc === EXTENDED_SAR ? [bits.bits(16), bits.bits(16)] : (PIXEL_ASPECTS[idc] ?? [0, 0]);
  return fractionOf(width, height);
};

const notePixelAspect = (read: KeyedReader, aspect: Fraction | undefined): void => {
  read.note(aspect?.numerator ?? 0);
  read.note(aspect?.denominator ?? 0);
};

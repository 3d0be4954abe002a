import { BitReader } from '../codec/bits.js';
import { type AacConfig, parseAacConfig } from './aac-config.js';

export interface LatmConfig {
  aac: AacConfig;
  /** The AudioSpecificConfig by itself, filled up with zeros to whole bytes. */
  audioSpecificConfig: Buffer;
}

/**
 * Reads a StreamMuxConfig (ISO 14496-3 1.7.3) of one program with one layer and frames of any length, which is all that RTP
 * is used with; undefined if it is another.
 */
export const readLatmConfig = (bytes: Uint8Array): LatmConfig | undefined => {
  const bits = new BitReader(bytes, 0, 'plain');
  const version = bits.bits(1);
  const sameFraming = bits.flag();
  // Frames in an element: one stands behind the other, so that their number does not matter.
  bits.bits(6);
  const programs = bits.bits(4);
  const layers = bits.bits(3);
  if (version !== 0 || !sameFraming || programs !== 0 || layers !== 0) return undefined;
  const start = bits.position;
  const aac = parseAacConfig(bits);
  if (aac?.bits === undefined) return undefined;
  // GStreamer's payloader leaves out what follows; the zeros behind the end mean what it means.
  const frameLengthType = bits.bits(3);
  bits.bits(8);
  const otherData = bits.flag();
  if (frameLengthType !== 0 || otherData) return undefined;
  return { aac, audioSpecificConfig: cut(bytes, start, aac.bits) };
};

const cut = (bytes: Uint8Array, from: number, count: number): Buffer => {
  const bits = new BitReader(bytes, 0, 'plain');
  bits.bits(from);
  const cutOut = Buffer.alloc(Math.ceil(count / 8));
  for (let left = count, at = 0; left > 0; left -= 8, at++) {
    const taken = Math.min(8, left);
    cutOut[at] = bits.bits(taken) << (8 - taken);
  }
  return cutOut;
};

import { BitReader } from './bits.js';

/** Recovery point, in both codecs. */
export const SEI_RECOVERY_POINT = 6;

/**
 * Finds a message in an SEI NAL unit (H.264 7.3.2.3, H.265 7.3.5).
 * @param offset length of the NAL unit's header
 * @returns a reader at the first byte of the first message of that type
 */
export const findSeiMessage = (nal: Uint8Array, offset: number, type: number): BitReader | undefined => {
  const bits = new BitReader(nal, offset);
  // Every turn reads two bytes at least, and there is none beyond the end.
  while (bits.moreRbspData()) {
    const found = readSum(bits);
    const size = readSum(bits);
    if (bits.overrun) return undefined;
    if (found === type) return size > 0 ? bits : undefined;
    bits.skip(8 * size);
  }
  return undefined;
};

/** A number as bytes that are to be added: 255 as long as another follows. */
const readSum = (bits: BitReader): number => {
  let sum = 0;
  for (;;) {
    const byte = bits.bits(8);
    sum += byte;
    if (byte < 255) return sum;
  }
};

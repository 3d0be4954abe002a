import { H265Nal, nalHeaderLength, nalTypeOf } from './nal-types.js';
import { findSeiMessage, SEI_RECOVERY_POINT } from './sei.js';

/** Recovery point SEI message (H.265 D.2.8): decoding can start here although there is no IRAP picture. */
export interface H265RecoveryPoint {
  /** Pictures are right from the one on whose picture order count is higher by this; it may be negative. */
  recoveryPocCount: number;
  /** From then on they are exactly those of a decoder that began earlier, otherwise about the same. */
  exactMatch: boolean;
  /** Streams were put together here: until then pictures may be visibly wrong. */
  brokenLink: boolean;
}

/** @returns undefined for a NAL unit that is no prefix SEI, or one without this message. */
export const h265RecoveryPointOf = (nal: Uint8Array): H265RecoveryPoint | undefined => {
  if (nalTypeOf('h265', nal) !== H265Nal.prefixSei) return undefined;
  const bits = findSeiMessage(nal, nalHeaderLength('h265'), SEI_RECOVERY_POINT);
  if (!bits) return undefined;
  const point = { recoveryPocCount: bits.se(-32_768, 32_767), exactMatch: bits.flag(), brokenLink: bits.flag() };
  return bits.overrun ? undefined : point;
};

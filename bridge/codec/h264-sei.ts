import { H264Nal, nalHeaderLength, nalTypeOf } from './nal-types.js';
import { findSeiMessage, SEI_RECOVERY_POINT } from './sei.js';

/** Recovery point SEI message (H.264 D.1.8): decoding can start here although there is no IDR picture. */
export interface H264RecoveryPoint {
  /** After so many frames, in steps of frame_num, the pictures are right; 0: at once. */
  recoveryFrameCount: number;
  /** From then on they are exactly those of a decoder that began earlier, otherwise about the same. */
  exactMatch: boolean;
  /** Streams were put together here: until then pictures may be visibly wrong. */
  brokenLink: boolean;
}

/** @returns undefined for a NAL unit that is no SEI, or one without this message. */
export const h264RecoveryPointOf = (nal: Uint8Array): H264RecoveryPoint | undefined => {
  if (nalTypeOf('h264', nal) !== H264Nal.sei) return undefined;
  const bits = findSeiMessage(nal, nalHeaderLength('h264'), SEI_RECOVERY_POINT);
  if (!bits) return undefined;
  const point = { recoveryFrameCount: bits.ue(65_535), exactMatch: bits.flag(), brokenLink: bits.flag() };
  return bits.overrun ? undefined : point;
};

import type { KeyedReader } from './keyed-reader.js';

/** What a decoder must be capable of: the general part of profile_tier_level() (H.265 7.3.3). */
export interface H265Profile {
  /** 0, as long as the standard defines profiles. */
  profileSpace: number;
  tier: 'main' | 'high';
  profileIdc: number;
  /** general_profile_compatibility_flags, as a number: flag 0 is the highest of 32 bits. */
  compatibilityFlags: number;
  /** The 48 bits behind them: general_progressive_source_flag is the highest bit of the first byte. */
  constraintBytes: readonly number[];
  /** 30 times the level's number. */
  levelIdc: number;
}

/** Bits of a sub-layer's profile, tier, flags and constraints. */
const SUB_LAYER_PROFILE_BITS = 88;

export const readH265Profile = (read: KeyedReader, maxSubLayersMinus1: number): H265Profile => {
  const profile = {
    profileSpace: read.u(2),
    tier: read.flag() ? ('high' as const) : ('main' as const),
    profileIdc: read.u(5),
    compatibilityFlags: read.u(32),
    constraintBytes: Array.from({ length: 6 }, () => read.u(8)),
    levelIdc: read.u(8),
  };
  readSubLayers(read, maxSubLayersMinus1);
  return profile;
};

const readSubLayers = (read: KeyedReader, count: number): void => {
  if (count === 0) return;
  const present = Array.from({ length: count }, () => ({ profile: read.flag(), level: read.flag() }));
  read.bits.skip(2 * (8 - count)); // reserved_zero_2bits
  for (const { profile, level } of present) {
    for (let left = profile ? SUB_LAYER_PROFILE_BITS : 0; left > 0; left -= 8) read.u(8);
    if (level) read.u(8);
  }
};

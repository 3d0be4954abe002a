import type { H264Sps } from './h264-sets.js';
import type { H265Profile } from './h265-profile.js';

/** What GStreamer's parsers call a profile and a level. Undefined: there is no name, and caps leave the field out. */
export interface ProfileNames {
  profile: string | undefined;
  level: string | undefined;
}

const H264_LEVELS = new Set([10, 11, 12, 13, 20, 21, 22, 30, 31, 32, 40, 41, 42, 50, 51, 52, 60, 61, 62]);

/** By profile_idc (H.264 A.2); those that constraint flags narrow come first in `h264Profile`. */
const H264_PROFILES: ReadonlyMap<number, string> = new Map([
  [44, 'cavlc-4:4:4-intra'],
  [66, 'baseline'],
  [77, 'main'],
  [88, 'extended'],
  [100, 'high'],
  [110, 'high-10'],
  [122, 'high-4:2:2'],
  [244, 'high-4:4:4'],
]);

/** Profiles that may be restricted to intra pictures, with constraint_set3_flag. */
const MAYBE_INTRA = new Set([110, 122, 244]);

export const h264Names = ({ profileIdc, constraintFlags, levelIdc }: H264Sps): ProfileNames => {
  const constraint = (set: number): boolean => (constraintFlags & (0x80 >> set)) !== 0;
  const level1b = levelIdc === 9 || (levelIdc === 11 && constraint(3));
  return {
    profile: h264Profile(profileIdc, constraint),
    level: level1b ? '1b' : H264_LEVELS.has(levelIdc) ? String(levelIdc / 10) : undefined,
  };
};

const h264Profile = (profileIdc: number, constraint: (set: number) => boolean): string | undefined => {
  const name = H264_PROFILES.get(profileIdc);
  if (profileIdc === 66 && constraint(1)) return 'constrained-baseline';
  if (profileIdc === 100 && constraint(4)) return constraint(5) ? 'constrained-high' : 'progressive-high';
  if (MAYBE_INTRA.has(profileIdc) && constraint(3)) return `${name}-intra`;
  if (profileIdc === 110 && constraint(4)) return 'progressive-high-10';
  return name;
};

const H265_LEVELS = new Set([30, 60, 63, 90, 93, 120, 123, 150, 153, 156, 180, 183, 186]);

/** By general_profile_idc (H.265 A.3). */
const H265_PROFILES: ReadonlyMap<number, string> = new Map([
  [1, 'main'],
  [2, 'main-10'],
  [3, 'main-still-picture'],
]);

/** general_profile_idc of the format range extensions, which are told apart by constraint flags. */
const RANGE_EXTENSIONS = 4;

/**
 * By the constraint flags max_12bit, max_10bit, max_8bit, max_422chroma, max_420chroma, max_monochrome, intra,
 * one_picture_only (H.265 Table A.2).
 */
const RANGE_PROFILES: ReadonlyMap<number, string> = new Map([
  [0b111_111_00, 'monochrome'],
  [0b110_111_00, 'monochrome-10'],
  [0b100_111_00, 'monochrome-12'],
  [0b000_111_00, 'monochrome-16'],
  [0b100_110_00, 'main-12'],
  [0b110_100_00, 'main-422-10'],
  [0b100_100_00, 'main-422-12'],
  [0b111_000_00, 'main-444'],
  [0b110_000_00, 'main-444-10'],
  [0b100_000_00, 'main-444-12'],
  [0b111_110_10, 'main-intra'],
  [0b110_110_10, 'main-10-intra'],
  [0b100_110_10, 'main-12-intra'],
  [0b110_100_10, 'main-422-10-intra'],
  [0b100_100_10, 'main-422-12-intra'],
  [0b111_000_10, 'main-444-intra'],
  [0b110_000_10, 'main-444-10-intra'],
  [0b100_000_10, 'main-444-12-intra'],
  [0b000_000_10, 'main-444-16-intra'],
  [0b111_000_11, 'main-444-still-picture'],
  [0b000_000_11, 'main-444-16-still-picture'],
]);

export const h265Names = (profile: H265Profile): ProfileNames => ({
  profile: profile.profileSpace === 0 ? h265Profile(profile) : undefined,
  level: H265_LEVELS.has(profile.levelIdc) ? String(profile.levelIdc / 30) : undefined,
});

const h265Profile = ({ profileIdc, constraintBytes }: H265Profile): string | undefined => {
  if (profileIdc !== RANGE_EXTENSIONS) return H265_PROFILES.get(profileIdc);
  // Behind four flags on the source of the pictures stand the eight of the table, then lower_bit_rate_constraint_flag.
  const [first = 0, second = 0] = constraintBytes;
  const flags = ((first & 0x0f) << 4) | (second >> 4);
  const [intra, lowerBitRate] = [(flags & 2) !== 0, (second & 8) !== 0];
  return intra || lowerBitRate ? RANGE_PROFILES.get(flags) : undefined;
};

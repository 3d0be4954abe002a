import type { BitReader } from './bits.js';
import { type Fraction, fractionOf } from './fraction.js';
import type { KeyedReader } from './keyed-reader.js';
import { noteNoDisplayVui, readDisplayVui } from './vui.js';

export interface H264Vui {
  pixelAspect: Fraction | undefined;
  /** Frames per second. */
  frameRate: Fraction | undefined;
  /** How many frames may come before one in decoding order and after it in output. */
  reorderFrames: number | undefined;
}

/** MaxDpbFrames of every level (H.264 A.3.1 h). */
const MOST_FRAMES = 16;

/** H.264 E.1.1, with the flag that says whether there is any. Timing and HRD do not count for the key. */
export const readH264Vui = (read: KeyedReader): H264Vui => {
  const { bits } = read;
  if (!bits.flag()) {
    noteNoDisplayVui(read);
    read.note(0);
    return { pixelAspect: undefined, frameRate: undefined, reorderFrames: undefined };
  }
  const pixelAspect = readDisplayVui(read);
  const frameRate = bits.flag() ? readFrameRate(bits) : undefined;
  const [nalHrd, vclHrd] = [skipHrd(bits), skipHrd(bits)];
  bits.skip(nalHrd || vclHrd ? 2 : 1); // low_delay_hrd_flag, pic_struct_present_flag
  return { pixelAspect, frameRate, reorderFrames: read.flag() ? readRestriction(read) : undefined };
};

/** num_units_in_tick and time_scale: a tick is the time of a field. */
const readFrameRate = (bits: BitReader): Fraction | undefined => {
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  bits.skip(1); // fixed_frame_rate_flag
  return fractionOf(timeScale, 2 * unitsInTick);
};

/** A flag, and hrd_parameters() (H.264 E.1.2) if it is set. */
const skipHrd = (bits: BitReader): boolean => {
  if (!bits.flag()) return false;
  const schedules = bits.ue(31) + 1;
  bits.skip(8); // bit_rate_scale, cpb_size_scale
  for (let index = 0; index < schedules; index++) {
    bits.ue(); // bit_rate_value_minus1
    bits.ue(); // cpb_size_value_minus1
    bits.skip(1); // cbr_flag
  }
  bits.skip(20); // lengths of delays and of the time offset
  return true;
};

const readRestriction = (read: KeyedReader): number | undefined => {
  read.flag(); // motion_vectors_over_pic_boundaries_flag
  read.ue(); // max_bytes_per_pic_denom
  read.ue(); // max_bits_per_mb_denom
  read.ue(); // log2_max_mv_length_horizontal
  read.ue(); // log2_max_mv_length_vertical
  const reorderFrames = read.ue();
  read.ue(); // max_dec_frame_buffering
  return reorderFrames <= MOST_FRAMES ? reorderFrames : undefined;
};

import type { BitReader } from './bits.js';
import { type Fraction, fractionOf } from './fraction.js';
import type { KeyedReader } from './keyed-reader.js';
import { readCropWindow } from './picture-size.js';
import { noteNoDisplayVui, readDisplayVui } from './vui.js';

export interface H265Vui {
  pixelAspect: Fraction | undefined;
  /** Pictures per second; of a field sequence, fields. */
  frameRate: Fraction | undefined;
}

/** H.265 E.2.1, with the flag that says whether there is any. Timing and HRD do not count for the key. */
export const readH265Vui = (read: KeyedReader, maxSubLayersMinus1: number): H265Vui => {
  const { bits } = read;
  if (!bits.flag()) {
    noteNoDisplayVui(read);
    for (let flag = 0; flag < 5; flag++) read.note(0);
    return { pixelAspect: undefined, frameRate: undefined };
  }
  const pixelAspect = readDisplayVui(read);
  read.flag(); // neutral_chroma_indication_flag
  read.flag(); // field_seq_flag
  read.flag(); // frame_field_info_present_flag
  readCropWindow(read); // default display window
  const frameRate = bits.flag() ? readTiming(bits, maxSubLayersMinus1) : undefined;
  if (read.flag()) readRestriction(read);
  return { pixelAspect, frameRate };
};

const readTiming = (bits: BitReader, maxSubLayersMinus1: number): Fraction | undefined => {
  const unitsInTick = bits.bits(32);
  const timeScale = bits.bits(32);
  if (bits.flag()) bits.ue(); // vui_num_ticks_poc_diff_one_minus1
  if (bits.flag()) skipHrd(bits, maxSubLayersMinus1);
  return fractionOf(timeScale, unitsInTick);
};

const readRestriction = (read: KeyedReader): void => {
  read.flag(); // tiles_fixed_structure_flag
  read.flag(); // motion_vectors_over_pic_boundaries_flag
  read.flag(); // restricted_ref_pic_lists_flag
  read.ue(); // min_spatial_segmentation_idc
  read.ue(); // max_bytes_per_pic_denom
  read.ue(); // max_bits_per_min_cu_denom
  read.ue(); // log2_max_mv_length_horizontal
  read.ue(); // log2_max_mv_length_vertical
};

/** hrd_parameters() with the common part (H.265 E.2.2). */
const skipHrd = (bits: BitReader, maxSubLayersMinus1: number): void => {
  const kinds = [bits.flag(), bits.flag()].filter((present) => present).length; // NAL, VCL
  let subPictures = false;
  if (kinds > 0) {
    subPictures = bits.flag();
    if (subPictures) bits.skip(19);
    bits.skip(8); // bit_rate_scale, cpb_size_scale
    if (subPictures) bits.skip(4); // cpb_size_du_scale
    bits.skip(15); // lengths of delays
  }
  for (let layer = 0; layer <= maxSubLayersMinus1; layer++) {
    const schedules = readSchedules(bits);
    for (let left = kinds * schedules; left > 0; left--) skipSchedule(bits, subPictures);
  }
};

/** Of a sub-layer: how many schedules it has. */
const readSchedules = (bits: BitReader): number => {
  const fixedRate = bits.flag() || bits.flag(); // in general, or at least within a sequence
  if (fixedRate) bits.ue(); // elemental_duration_in_tc_minus1
  const lowDelay = !fixedRate && bits.flag();
  return lowDelay ? 1 : 1 + bits.ue(31);
};

/** A turn of sub_layer_hrd_parameters() (H.265 E.2.3). */
const skipSchedule = (bits: BitReader, subPictures: boolean): void => {
  for (let number = subPictures ? 4 : 2; number > 0; number--) bits.ue();
  bits.skip(1); // cbr_flag
};

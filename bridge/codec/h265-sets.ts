import { BitReader } from './bits.js';
import type { Fraction } from './fraction.js';
import { type H265Profile, readH265Profile } from './h265-profile.js';
import { readShortTermRefPicSets } from './h265-ref-pic-sets.js';
import { readH265Vui } from './h265-vui.js';
import { KeyedReader } from './keyed-reader.js';
import { H265Nal, layerIdOf, nalTypeOf } from './nal-types.js';
import { MOST_PIXELS, readCropWindow, shownSize } from './picture-size.js';

/** A sequence parameter set (H.265 7.3.2.2.1), as far as it matters here. */
export interface H265Sps {
  /** 0 to 15. */
  id: number;
  /** Of the video parameter set that it belongs to. */
  vpsId: number;
  /** 1 to 7 temporal sub-layers. */
  subLayers: number;
  temporalIdNesting: boolean;
  profile: H265Profile;
  /** 0: grey, 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. */
  chromaFormatIdc: number;
  separateColourPlane: boolean;
  bitDepthLuma: number;
  bitDepthChroma: number;
  log2MaxPocLsb: number;
  log2CtbSize: number;
  /** Coding tree blocks of a picture. */
  picSizeInCtbs: number;
  /** How many pictures may come before one in decoding order and after it in output, all sub-layers taken. */
  maxNumReorder: number;
  /** Of the pictures that are shown, in pixels: the conformance window. */
  width: number;
  height: number;
  pixelAspect: Fraction | undefined;
  /** Pictures per second; of a field sequence, fields. */
  frameRate: Fraction | undefined;
  /**
   * Sets with the same key are the same to a decoder and a player: one may replace the other. It leaves out the VUI's
   * timing and HRD parameters.
   */
  decodingKey: string;
}

/** A picture parameter set (H.265 7.3.2.3.1), as far as it matters here. */
export interface H265Pps {
  /** 0 to 63. */
  id: number;
  /** Of the sequence parameter set that it belongs to. */
  spsId: number;
  dependentSliceSegmentsEnabled: boolean;
  outputFlagPresent: boolean;
  numExtraSliceHeaderBits: number;
}

/** Far more than any sequence parameter set has; it bounds the key, which takes in extensions as they are. */
const MOST_BYTES = 4096;

const isSet = (nal: Uint8Array, type: number): boolean => nalTypeOf('h265', nal) === type && layerIdOf(nal) === 0;

/** vps_video_parameter_set_id, 0 to 15; undefined for a NAL unit that is no such set. */
export const h265VpsId = (nal: Uint8Array): number | undefined =>
  isSet(nal, H265Nal.vps) && nal[2] !== undefined ? nal[2] >> 4 : undefined;

/** @returns undefined for a NAL unit that is no such set of layer 0, is cut off or holds an impossible number. */
export const parseH265Sps = (nal: Uint8Array): H265Sps | undefined => {
  if (!isSet(nal, H265Nal.sps) || nal.length > MOST_BYTES) return undefined;
  const read = new KeyedReader(new BitReader(nal, 2));
  const vpsId = read.u(4);
  const maxSubLayersMinus1 = read.u(3);
  if (maxSubLayersMinus1 > 6) return undefined;
  const temporalIdNesting = read.flag();
  const profile = readH265Profile(read, maxSubLayersMinus1);
  const id = read.ue(15);
  const chromaFormatIdc = read.ue(3);
  const separateColourPlane = chromaFormatIdc === 3 && read.flag();
  const coded = { width: read.ue(MOST_PIXELS), height: read.ue(MOST_PIXELS) };
  const size = shownSize(coded, readCropWindow(read), chromaFormatIdc);
  const [bitDepthLuma, bitDepthChroma] = [8 + read.ue(6), 8 + read.ue(6)];
  const log2MaxPocLsb = 4 + read.ue(12);
  const maxNumReorder = readReorder(read, maxSubLayersMinus1);
  const log2CtbSize = readBlockSizes(read);
  readTools(read);
  readShortTermRefPicSets(read);
  readLongTermRefPics(read, log2MaxPocLsb);
  read.flag(); // sps_temporal_mvp_enabled_flag
  read.flag(); // strong_intra_smoothing_enabled_flag
  const vui = readH265Vui(read, maxSubLayersMinus1);
  if (read.flag()) read.rest(); // sps_extension_present_flag
  if (read.bits.overrun || !size) return undefined;
  const ctbs = (side: number): number => Math.ceil(side / 2 ** log2CtbSize);
  return {
    id,
    vpsId,
    subLayers: 1 + maxSubLayersMinus1,
    temporalIdNesting,
    profile,
    chromaFormatIdc,
    separateColourPlane,
    bitDepthLuma,
    bitDepthChroma,
    log2MaxPocLsb,
    log2CtbSize,
    picSizeInCtbs: ctbs(coded.width) * ctbs(coded.height),
    maxNumReorder,
    ...size,
    ...vui,
    decodingKey: read.key,
  };
};

/** Of the highest sub-layer, whether the others are told as well or not. */
const readReorder = (read: KeyedReader, maxSubLayersMinus1: number): number => {
  let maxNumReorder = 0;
  for (let layer = read.flag() ? 0 : maxSubLayersMinus1; layer <= maxSubLayersMinus1; layer++) {
    read.ue(15); // sps_max_dec_pic_buffering_minus1
    maxNumReorder = read.ue(15);
    read.ue(); // sps_max_latency_increase_plus1
  }
  return maxNumReorder;
};

/** Sizes of coding and transform blocks. @returns log2 of the side of a coding tree block, 4 to 6 */
const readBlockSizes = (read: KeyedReader): number => {
  const log2CtbSize = 3 + read.ue(3) + read.ue(3);
  read.ue(3); // log2_min_luma_transform_block_size_minus2
  read.ue(3); // log2_diff_max_min_luma_transform_block_size
  read.ue(4); // max_transform_hierarchy_depth_inter
  read.ue(4); // max_transform_hierarchy_depth_intra
  if (log2CtbSize < 4 || log2CtbSize > 6) read.bits.fail();
  return log2CtbSize;
};

/** From scaling_list_enabled_flag to the fields of PCM. */
const readTools = (read: KeyedReader): void => {
  if (read.flag() && read.flag()) readScalingLists(read);
  read.flag(); // amp_enabled_flag
  read.flag(); // sample_adaptive_offset_enabled_flag
  if (!read.flag()) return; // pcm_enabled_flag
  read.u(8); // pcm_sample_bit_depth_luma_minus1, pcm_sample_bit_depth_chroma_minus1
  read.ue(2); // log2_min_pcm_luma_coding_block_size_minus3
  read.ue(2); // log2_diff_max_min_pcm_luma_coding_block_size
  read.flag(); // pcm_loop_filter_disabled_flag
};

/** scaling_list_data() (H.265 7.3.4). */
const readScalingLists = (read: KeyedReader): void => {
  for (let sizeId = 0; sizeId < 4; sizeId++) {
    const coefficients = Math.min(64, 2 ** (4 + 2 * sizeId));
    for (let matrix = 0; matrix < 6; matrix += sizeId === 3 ? 3 : 1) {
      if (!read.flag()) {
        read.ue(matrix); // scaling_list_pred_matrix_id_delta
        continue;
      }
      if (sizeId > 1) read.se(-7, 247); // scaling_list_dc_coef_minus8
      for (let index = 0; index < coefficients; index++) read.se(-128, 127);
    }
  }
};

const readLongTermRefPics = (read: KeyedReader, log2MaxPocLsb: number): void => {
  if (!read.flag()) return;
  for (let left = read.ue(32); left > 0; left--) {
    read.u(log2MaxPocLsb); // lt_ref_pic_poc_lsb_sps
    read.flag(); // used_by_curr_pic_lt_sps_flag
  }
};

/** @returns undefined for a NAL unit that is no such set of layer 0, is cut off or holds an impossible number. */
export const parseH265Pps = (nal: Uint8Array): H265Pps | undefined => {
  if (!isSet(nal, H265Nal.pps)) return undefined;
  const bits = new BitReader(nal, 2);
  const pps = {
    id: bits.ue(63),
    spsId: bits.ue(15),
    dependentSliceSegmentsEnabled: bits.flag(),
    outputFlagPresent: bits.flag(),
    numExtraSliceHeaderBits: bits.bits(3),
  };
  return bits.overrun ? undefined : pps;
};

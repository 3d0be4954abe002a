import { BitReader } from './bits.js';
import type { Fraction } from './fraction.js';
import { readH264Vui } from './h264-vui.js';
import { KeyedReader } from './keyed-reader.js';
import { H264Nal, nalTypeOf } from './nal-types.js';
import { MOST_PIXELS, readCropWindow, shownSize } from './picture-size.js';

/** A sequence parameter set (H.264 7.3.2.1.1), as far as it matters here. */
export interface H264Sps {
  /** 0 to 31. */
  id: number;
  profileIdc: number;
  /** The byte behind profile_idc: constraint_set0_flag is its highest bit. */
  constraintFlags: number;
  levelIdc: number;
  /** 0: grey, 1: 4:2:0, 2: 4:2:2, 3: 4:4:4. */
  chromaFormatIdc: number;
  separateColourPlane: boolean;
  bitDepthLuma: number;
  bitDepthChroma: number;
  log2MaxFrameNum: number;
  pocType: number;
  /** 0 unless `pocType` is 0. */
  log2MaxPocLsb: number;
  deltaPicOrderAlwaysZero: boolean;
  maxRefFrames: number;
  frameMbsOnly: boolean;
  /** Of the pictures that are shown, in pixels. */
  width: number;
  height: number;
  pixelAspect: Fraction | undefined;
  /** Frames per second. */
  frameRate: Fraction | undefined;
  reorderFrames: number | undefined;
  /**
   * Sets with the same key are the same to a decoder and a player: one may replace the other. It leaves out the VUI's
   * timing and HRD parameters, and whether there are picture timing messages.
   */
  decodingKey: string;
}

/** A picture parameter set (H.264 7.3.2.2), as far as it matters here. */
export interface H264Pps {
  /** 0 to 255. */
  id: number;
  /** Of the sequence parameter set that it belongs to. */
  spsId: number;
  entropyCoding: 'cavlc' | 'cabac';
  bottomFieldPicOrderInFramePresent: boolean;
  numSliceGroups: number;
  redundantPicCntPresent: boolean;
  /** How many references each of the two lists has, unless a slice says otherwise. */
  references: readonly [number, number];
  /** Whether references have weights in slices of type P, and how those of type B get theirs. */
  weightsP: boolean;
  weightsB: 'none' | 'explicit' | 'implicit';
  /** What a slice counts its quantiser from. */
  initialQuantiser: number;
}

/** The profiles whose sets tell the chroma format and the bit depth; all others have 8 bits and 4:2:0. */
const PROFILES_WITH_FORMAT = new Set([44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244]);

/** By weighted_bipred_idc. */
const WEIGHTS_B = ['none', 'explicit', 'implicit'] as const;

const MOST_MACROBLOCKS = MOST_PIXELS >> 4;

/** @returns undefined for a NAL unit that is no such set, is cut off or holds an impossible number. */
export const parseH264Sps = (nal: Uint8Array): H264Sps | undefined => {
  if (nalTypeOf('h264', nal) !== H264Nal.sps) return undefined;
  const read = new KeyedReader(new BitReader(nal, 1));
  const [profileIdc, constraintFlags, levelIdc] = [read.u(8), read.u(8), read.u(8)];
  const id = read.ue(31);
  const format = readFormat(read, profileIdc);
  const log2MaxFrameNum = 4 + read.ue(12);
  const order = readPictureOrder(read);
  const maxRefFrames = read.ue(16);
  read.flag(); // gaps_in_frame_num_value_allowed_flag
  const width = 16 * (1 + read.ue(MOST_MACROBLOCKS));
  const mapUnits = 1 + read.ue(MOST_MACROBLOCKS);
  const frameMbsOnly = read.flag();
  if (!frameMbsOnly) read.flag(); // mb_adaptive_frame_field_flag
  read.flag(); // direct_8x8_inference_flag
  const rows = frameMbsOnly ? 1 : 2;
  const size = shownSize({ width, height: 16 * rows * mapUnits }, readCropWindow(read), format.chromaFormatIdc, rows);
  const vui = readH264Vui(read);
  if (read.bits.overrun || !size) return undefined;
  return {
    id,
    profileIdc,
    constraintFlags,
    levelIdc,
    ...format,
    log2MaxFrameNum,
    ...order,
    maxRefFrames,
    frameMbsOnly,
    ...size,
    ...vui,
    decodingKey: read.key,
  };
};

type Format = Pick<H264Sps, 'chromaFormatIdc' | 'separateColourPlane' | 'bitDepthLuma' | 'bitDepthChroma'>;

const readFormat = (read: KeyedReader, profileIdc: number): Format => {
  if (!PROFILES_WITH_FORMAT.has(profileIdc)) {
    return { chromaFormatIdc: 1, separateColourPlane: false, bitDepthLuma: 8, bitDepthChroma: 8 };
  }
  const chromaFormatIdc = read.ue(3);
  const separateColourPlane = chromaFormatIdc === 3 && read.flag();
  const [bitDepthLuma, bitDepthChroma] = [8 + read.ue(6), 8 + read.ue(6)];
  read.flag(); // qpprime_y_zero_transform_bypass_flag
  if (read.flag()) readScalingMatrix(read, chromaFormatIdc === 3 ? 12 : 8);
  return { chromaFormatIdc, separateColourPlane, bitDepthLuma, bitDepthChroma };
};

const readScalingMatrix = (read: KeyedReader, lists: number): void => {
  for (let list = 0; list < lists; list++) {
    if (read.flag()) readScalingList(read, list < 6 ? 16 : 64);
  }
};

/** H.264 7.3.2.1.1.1. The list ends early where its last value is to be repeated. */
const readScalingList = (read: KeyedReader, size: number): void => {
  let scale = 8;
  for (let index = 0; index < size && scale !== 0; index++) {
    scale = (scale + read.se(-128, 127) + 256) % 256;
  }
};

type PictureOrder = Pick<H264Sps, 'pocType' | 'log2MaxPocLsb' | 'deltaPicOrderAlwaysZero'>;

const readPictureOrder = (read: KeyedReader): PictureOrder => {
  const pocType = read.ue(2);
  const log2MaxPocLsb = pocType === 0 ? 4 + read.ue(12) : 0;
  const deltaPicOrderAlwaysZero = pocType === 1 && read.flag();
  if (pocType === 1) {
    read.se(); // offset_for_non_ref_pic
    read.se(); // offset_for_top_to_bottom_field
    const cycle = read.ue(255);
    for (let index = 0; index < cycle; index++) read.se(); // offset_for_ref_frame
  }
  return { pocType, log2MaxPocLsb, deltaPicOrderAlwaysZero };
};

/** @returns undefined for a NAL unit that is no such set, is cut off or holds an impossible number. */
export const parseH264Pps = (nal: Uint8Array): H264Pps | undefined => {
  if (nalTypeOf('h264', nal) !== H264Nal.pps) return undefined;
  const bits = new BitReader(nal, 1);
  const [id, spsId] = [bits.ue(255), bits.ue(31)];
  const entropyCoding = bits.flag() ? 'cabac' : 'cavlc';
  const bottomFieldPicOrderInFramePresent = bits.flag();
  const numSliceGroups = 1 + bits.ue(7);
  if (numSliceGroups > 1) skipSliceGroups(bits, numSliceGroups);
  const references = [1 + bits.ue(31), 1 + bits.ue(31)] as const;
  const weightsP = bits.flag();
  const weightsB = WEIGHTS_B[bits.bits(2)] ?? 'none';
  const initialQuantiser = 26 + bits.se();
  bits.se(); // pic_init_qs_minus26
  bits.se(); // chroma_qp_index_offset
  bits.skip(2); // deblocking_filter_control_present_flag, constrained_intra_pred_flag
  const redundantPicCntPresent = bits.flag();
  if (bits.overrun) return undefined;
  return {
    ...{ id, spsId, entropyCoding, bottomFieldPicOrderInFramePresent, numSliceGroups, redundantPicCntPresent },
    ...{ references, weightsP, weightsB, initialQuantiser },
  };
};

/** slice_group_map_type and what belongs to it. */
const skipSliceGroups = (bits: BitReader, groups: number): void => {
  const mapType = bits.ue(6);
  if (mapType === 0) {
    for (let group = 0; group < groups; group++) bits.ue(); // run_length_minus1
  } else if (mapType === 2) {
    for (let corner = 0; corner < 2 * (groups - 1); corner++) bits.ue(); // top_left, bottom_right
  } else if (mapType >= 3 && mapType <= 5) {
    bits.skip(1); // slice_group_change_direction_flag
    bits.ue(); // slice_group_change_rate_minus1
  } else if (mapType === 6) {
    const mapUnits = 1 + bits.ue();
    bits.skip(mapUnits * Math.ceil(Math.log2(groups))); // slice_group_id
  }
};

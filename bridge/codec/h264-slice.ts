import { BitReader } from './bits.js';
import { readH264Quantiser } from './h264-quantiser.js';
import type { H264Pps, H264Sps } from './h264-sets.js';
import { H264Nal, nalRefIdcOf, nalTypeOf } from './nal-types.js';

/** The parameter sets that are in force. */
export interface H264Sets {
  pps(id: number): H264Pps | undefined;
  sps(id: number): H264Sps | undefined;
}

/** The first fields of a slice header (H.264 7.3.3). What is undefined cannot be known without the sets. */
export interface H264Slice {
  /** Number of its first macroblock; 0 in the first slice of a picture, unless slices come in any order. */
  firstMb: number;
  type: 'P' | 'B' | 'I' | 'SP' | 'SI';
  ppsId: number;
  frameNum: number | undefined;
  fieldPicture: boolean | undefined;
  bottomField: boolean | undefined;
  /** Differs in IDR pictures that follow each other; undefined also in others. */
  idrPicId: number | undefined;
  /** Undefined also if the sequence counts pictures in another way: unless `pocType` is 0. */
  picOrderCntLsb: number | undefined;
  /** How coarsely it is coded, 0 to 51 for 8 bits. */
  quantiser: number | undefined;
}

/** By slice_type % 5 (H.264 Table 7-6). */
const SLICE_TYPES = ['P', 'B', 'I', 'SP', 'SI'] as const;

/** Macroblocks of the largest picture (H.264 Table A-1). */
const MOST_MACROBLOCKS = 139_264;

/** @returns undefined for a NAL unit without such a header, or if that is cut off or holds an impossible number. */
export const parseH264Slice = (nal: Uint8Array, sets: H264Sets): H264Slice | undefined => {
  const nalType = nalTypeOf('h264', nal);
  if (nalType !== H264Nal.slice && nalType !== H264Nal.partitionA && nalType !== H264Nal.idrSlice) return undefined;
  const bits = new BitReader(nal, 1);
  const firstMb = bits.ue(MOST_MACROBLOCKS - 1);
  const type = SLICE_TYPES[bits.ue(9) % 5]!;
  const ppsId = bits.ue(255);
  const pps = sets.pps(ppsId);
  const slice: H264Slice = {
    firstMb,
    type,
    ppsId,
    frameNum: undefined,
    fieldPicture: undefined,
    bottomField: undefined,
    idrPicId: undefined,
    picOrderCntLsb: undefined,
    quantiser: undefined,
  };
  const sps = pps && sets.sps(pps.spsId);
  const idr = nalType === H264Nal.idrSlice;
  readFrame(bits, sps, idr, slice);
  if (bits.overrun) return undefined;
  if (sps) slice.quantiser = readH264Quantiser(bits, { sps, pps, slice, idr, reference: nalRefIdcOf(nal) > 0 });
  return slice;
};

const readFrame = (bits: BitReader, sps: H264Sps | undefined, idr: boolean, slice: H264Slice): void => {
  if (!sps) return;
  if (sps.separateColourPlane) bits.skip(2); // colour_plane_id
  slice.frameNum = bits.bits(sps.log2MaxFrameNum);
  slice.fieldPicture = !sps.frameMbsOnly && bits.flag();
  slice.bottomField = slice.fieldPicture && bits.flag();
  if (idr) slice.idrPicId = bits.ue(65_535);
  if (sps.pocType === 0) slice.picOrderCntLsb = bits.bits(sps.log2MaxPocLsb);
};

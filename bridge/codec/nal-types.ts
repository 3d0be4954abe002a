import type { NalCodec } from '../types.js';

/** nal_unit_type (H.264 Table 7-1). From `slice` to `idrSlice` each is a slice or a part of one. */
export const H264Nal = {
  slice: 1,
  partitionA: 2,
  idrSlice: 5,
  sei: 6,
  sps: 7,
  pps: 8,
  accessUnitDelimiter: 9,
  endOfSequence: 10,
  endOfStream: 11,
  filler: 12,
  spsExtension: 13,
  subsetSps: 15,
} as const;

/** nal_unit_type (H.265 Table 7-1). */
export const H265Nal = {
  trailN: 0,
  radlN: 6,
  radlR: 7,
  raslN: 8,
  raslR: 9,
  blaWLp: 16,
  blaNLp: 18,
  idrWRadl: 19,
  idrNLp: 20,
  cra: 21,
  lastIrap: 23,
  vps: 32,
  sps: 33,
  pps: 34,
  accessUnitDelimiter: 35,
  endOfSequence: 36,
  endOfStream: 37,
  filler: 38,
  prefixSei: 39,
  suffixSei: 40,
} as const;

/** What `nalTypeOf` gives for bytes that are no NAL unit. */
export const NO_NAL = -1;

/** Bytes of the header of a NAL unit. */
export const nalHeaderLength = (codec: NalCodec): number => (codec === 'h264' ? 1 : 2);

/** nal_unit_type, or `NO_NAL` if the header is not all there. */
export const nalTypeOf = (codec: NalCodec, nal: Uint8Array): number => {
  if (nal.length < nalHeaderLength(codec)) return NO_NAL;
  return codec === 'h264' ? nal[0]! & 0x1f : (nal[0]! >> 1) & 0x3f;
};

/** H.264's nal_ref_idc: 0 if no other picture refers to this one. */
export const nalRefIdcOf = (nal: Uint8Array): number => ((nal[0] ?? 0) >> 5) & 3;

/** H.265's nuh_layer_id. The picture that everybody shows is layer 0. */
export const layerIdOf = (nal: Uint8Array): number => (((nal[0] ?? 0) & 1) << 5) | ((nal[1] ?? 0) >> 3);

const isBetween = (type: number, first: number, last: number): boolean => type >= first && type <= last;

/** Carries (a part of) a picture that a decoder knows: no reserved types. */
export const isSlice = (codec: NalCodec, type: number): boolean =>
  codec === 'h264'
    ? isBetween(type, H264Nal.slice, H264Nal.idrSlice)
    : isBetween(type, H265Nal.trailN, H265Nal.raslR) || isBetween(type, H265Nal.blaWLp, H265Nal.cra);

export const isParameterSet = (codec: NalCodec, type: number): boolean =>
  codec === 'h264' ? type === H264Nal.pps || isSequenceSet(codec, type) : isBetween(type, H265Nal.vps, H265Nal.pps);

/** A parameter set of a whole sequence: the size of its pictures, its profile, how far they are reordered. */
export const isSequenceSet = (codec: NalCodec, type: number): boolean =>
  codec === 'h264'
    ? type === H264Nal.sps || type === H264Nal.spsExtension || type === H264Nal.subsetSps
    : type === H265Nal.vps || type === H265Nal.sps;

/** A picture at which decoding can start: IDR, and in H.265 CRA and BLA as well. */
export const isIrap = (codec: NalCodec, type: number): boolean =>
  codec === 'h264' ? type === H264Nal.idrSlice : isBetween(type, H265Nal.blaWLp, H265Nal.lastIrap);

export const isAccessUnitDelimiter = (codec: NalCodec, type: number): boolean =>
  type === (codec === 'h264' ? H264Nal.accessUnitDelimiter : H265Nal.accessUnitDelimiter);

export const isEndOfSequence = (codec: NalCodec, type: number): boolean =>
  type === (codec === 'h264' ? H264Nal.endOfSequence : H265Nal.endOfSequence);

export const isEndOfStream = (codec: NalCodec, type: number): boolean =>
  type === (codec === 'h264' ? H264Nal.endOfStream : H265Nal.endOfStream);

export const isFiller = (codec: NalCodec, type: number): boolean =>
  type === (codec === 'h264' ? H264Nal.filler : H265Nal.filler);

/**
 * May only stand in front of a picture's slices: behind a slice it begins the next access unit (H.264 7.4.1.2.3,
 * H.265 7.4.2.4.4).
 */
export const isPrefix = (codec: NalCodec, type: number): boolean =>
  codec === 'h264'
    ? isBetween(type, H264Nal.sei, H264Nal.accessUnitDelimiter) || isBetween(type, 14, 18)
    : isBetween(type, H265Nal.vps, H265Nal.accessUnitDelimiter) ||
      type === H265Nal.prefixSei ||
      // Reserved, and free for anybody.
      isBetween(type, 41, 44) ||
      isBetween(type, 48, 55);

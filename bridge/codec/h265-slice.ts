import { BitReader } from './bits.js';
import type { H265Pps, H265Sps } from './h265-sets.js';
import { isIrap, isSlice, layerIdOf, nalTypeOf } from './nal-types.js';

/** The parameter sets that are in force. */
export interface H265Sets {
  pps(id: number): H265Pps | undefined;
  sps(id: number): H265Sps | undefined;
}

/** The first fields of a slice segment header (H.265 7.3.6.1). What is undefined cannot be known without the sets. */
export interface H265Slice {
  /** A picture begins here. */
  firstSegment: boolean;
  ppsId: number;
  /** The rest of the header is that of the segment before. */
  dependent: boolean | undefined;
  /** Number of its first coding tree block. */
  segmentAddress: number | undefined;
  /** Undefined also in dependent segments: it is that of the segment before. */
  type: 'B' | 'P' | 'I' | undefined;
}

/** By slice_type (H.265 Table 7-7). */
const SLICE_TYPES = ['B', 'P', 'I'] as const;

/** @returns undefined for a NAL unit that is no slice of layer 0, is cut off or holds an impossible number. */
export const parseH265Slice = (nal: Uint8Array, sets: H265Sets): H265Slice | undefined => {
  const nalType = nalTypeOf('h265', nal);
  if (!isSlice('h265', nalType) || layerIdOf(nal) !== 0) return undefined;
  const bits = new BitReader(nal, 2);
  const firstSegment = bits.flag();
  if (isIrap('h265', nalType)) bits.skip(1); // no_output_of_prior_pics_flag
  const ppsId = bits.ue(63);
  const pps = sets.pps(ppsId);
  const place = firstSegment ? { dependent: false, segmentAddress: 0 } : readPlace(bits, pps, sets);
  const type = pps && place.dependent === false ? readType(bits, pps) : undefined;
  return bits.overrun ? undefined : { firstSegment, ppsId, ...place, type };
};

type Place = Pick<H265Slice, 'dependent' | 'segmentAddress'>;

const readPlace = (bits: BitReader, pps: H265Pps | undefined, sets: H265Sets): Place => {
  const sps = pps && sets.sps(pps.spsId);
  if (!sps) return { dependent: undefined, segmentAddress: undefined };
  const dependent = pps.dependentSliceSegmentsEnabled && bits.flag();
  const segmentAddress = bits.bits(32 - Math.clz32(sps.picSizeInCtbs - 1));
  if (segmentAddress >= sps.picSizeInCtbs) bits.fail();
  return { dependent, segmentAddress };
};

const readType = (bits: BitReader, pps: H265Pps): H265Slice['type'] => {
  bits.skip(pps.numExtraSliceHeaderBits); // slice_reserved_flag
  return SLICE_TYPES[bits.ue(2)];
};

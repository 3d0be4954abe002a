import { h264RecoveryPointOf } from '../codec/h264-sei.js';
import { type H264Sets, type H264Slice, parseH264Slice } from '../codec/h264-slice.js';
import { h265RecoveryPointOf } from '../codec/h265-sei.js';
import { type H265Sets, parseH265Slice } from '../codec/h265-slice.js';
import { isIrap, nalRefIdcOf, nalTypeOf } from '../codec/nal-types.js';
import type { NalCodec } from '../types.js';

/** What is to be known of a slice to group slices to pictures, and to tell where decoding can start. */
export interface Slice {
  ppsId: number;
  /** It says itself that a picture begins with it. */
  first: boolean;
  /** Of a picture that needs none before it. */
  refresh: boolean;
  /** It needs no other picture; undefined where that is said by the slice before. */
  intra: boolean | undefined;
  /** Of H.264: other pictures refer to this one. */
  reference: boolean;
  /** How coarsely it is coded, if that is known: 6 more halve what it costs. */
  quantiser: number | undefined;
  /** Compares with another of the same codec: whether both may be of one picture. */
  h264: H264Slice | undefined;
}

/** Undefined for a slice whose header cannot be read. */
export const readSlice = (codec: NalCodec, nal: Uint8Array, sets: H264Sets & H265Sets): Slice | undefined => {
  if (codec === 'h264') {
    const slice = parseH264Slice(nal, sets);
    if (slice === undefined) return undefined;
    return {
      ppsId: slice.ppsId,
      first: slice.firstMb === 0,
      refresh: isIrap(codec, nalTypeOf(codec, nal)),
      intra: slice.type === 'I' || slice.type === 'SI',
      quantiser: slice.quantiser,
      reference: nalRefIdcOf(nal) > 0,
      h264: slice,
    };
  }
  const slice = parseH265Slice(nal, sets);
  if (slice === undefined) return undefined;
  return {
    ppsId: slice.ppsId,
    first: slice.firstSegment,
    refresh: isIrap(codec, nalTypeOf(codec, nal)),
    intra: slice.type === undefined ? undefined : slice.type === 'I',
    quantiser: undefined,
    reference: false,
    h264: undefined,
  };
};

/**
 * Number of pictures after which decoding is right that begins here, although the picture needs others, as this SEI message
 * says; 0 if it does not. That is all that cameras without keyframes offer, which refresh their pictures piece by piece.
 * Where the message promises a right picture at once, the slices have to show that.
 */
export const settlingOf = (codec: NalCodec, sei: Uint8Array): number => {
  if (codec === 'h264') {
    const point = h264RecoveryPointOf(sei);
    return point === undefined || point.brokenLink ? 0 : point.recoveryFrameCount;
  }
  const point = h265RecoveryPointOf(sei);
  return point === undefined || point.brokenLink ? 0 : Math.max(0, point.recoveryPocCount);
};

/**
 * Whether a slice belongs to another picture than the one before it (H.264 7.4.1.2.4). The slices of a picture come in
 * order, so the one with its first macroblock begins it. The others show by their numbers that they belong to another,
 * whose first slice was lost.
 */
export const isOfNewPicture = (before: Slice, slice: Slice): boolean => {
  if (slice.first) return true;
  const { h264: a } = before;
  const { h264: b } = slice;
  if (a === undefined || b === undefined) return false;
  return (
    before.refresh !== slice.refresh ||
    before.reference !== slice.reference ||
    a.frameNum !== b.frameNum ||
    a.idrPicId !== b.idrPicId ||
    a.picOrderCntLsb !== b.picOrderCntLsb ||
    a.fieldPicture !== b.fieldPicture ||
    a.bottomField !== b.bottomField
  );
};

/** Whether both are of the same frame, the one of its first field and the other of its second. */
export const isSecondField = (before: Slice, slice: Slice): boolean => {
  const { h264: a } = before;
  const { h264: b } = slice;
  return (
    a?.fieldPicture === true &&
    b?.fieldPicture === true &&
    a.bottomField !== b.bottomField &&
    a.frameNum === b.frameNum &&
    before.reference === slice.reference &&
    !(slice.refresh && !before.refresh)
  );
};

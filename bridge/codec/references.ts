import type { NalCodec } from '../types.js';
import { nalUnits } from './annex-b.js';
import { type H264Sps, parseH264Sps } from './h264-sets.js';
import { type H265Sps, parseH265Sps } from './h265-sets.js';
import { H264Nal, H265Nal, isParameterSet, isSlice, layerIdOf, nalRefIdcOf, nalTypeOf } from './nal-types.js';

/** What stands in front of the slices of a picture; a slice alone can be a hundred times as long. */
const FRONT_BYTES = 512;
/** The last type of H.265 whose pictures are not reference pictures if it is even, and are if it is odd. */
const LAST_PAIRED_TYPE = 14;

/**
 * How the pictures of a stream hang together. Tells which units a decoder can do without, if their own picture is not wanted:
 * no picture refers to theirs. All others then come out as they would have with them. When in doubt a unit is needed.
 */
export class References {
  readonly #codec: NalCodec;
  /** H.264: every picture is a whole frame. Of a pair of fields one may refer to the other. */
  #frames = false;
  #held = 0;
  /** H.265: the highest sub-layer. What is not referred to in a lower one may be by a higher. */
  #highest = -1;

  constructor(codec: NalCodec) {
    this.#codec = codec;
  }

  /** Pictures that a decoder may hold back for their order, as far as the stream says it. */
  get held(): number {
    return this.#held;
  }

  /** A unit at which decoding can begin, with the parameter sets of those that follow. */
  key(payload: Uint8Array): void {
    for (const nal of nalUnits(payload)) {
      const type = nalTypeOf(this.#codec, nal);
      if (isSlice(this.#codec, type)) return;
      if (this.#codec === 'h264' && type === H264Nal.sps) this.#keepH264(parseH264Sps(nal));
      if (this.#codec === 'h265' && type === H265Nal.sps && layerIdOf(nal) === 0) this.#keepH265(parseH265Sps(nal));
    }
  }

  /** Whether no other picture refers to that of this unit, which is no keyframe. */
  needNot(payload: Uint8Array): boolean {
    for (const nal of nalUnits(payload.subarray(0, FRONT_BYTES))) {
      const type = nalTypeOf(this.#codec, nal);
      if (isSlice(this.#codec, type))
        return this.#codec === 'h264' ? this.#isUnreferredH264(nal) : this.#isUnreferredH265(nal, type);
      // Later pictures may need it.
      if (isParameterSet(this.#codec, type)) return false;
    }
    return false;
  }

  #keepH264(sps: H264Sps | undefined): void {
    this.#frames = sps?.frameMbsOnly === true;
    this.#held = sps?.reorderFrames ?? 0;
  }

  #keepH265(sps: H265Sps | undefined): void {
    this.#highest = (sps?.subLayers ?? 0) - 1;
    this.#held = sps?.maxNumReorder ?? 0;
  }

  /** Alike in all slices of a picture (H.264 7.4.1). */
  #isUnreferredH264(nal: Uint8Array): boolean {
    return this.#frames && nalRefIdcOf(nal) === 0;
  }

  /** A sub-layer non-reference picture (H.265 Table 7-1) of the highest sub-layer. */
  #isUnreferredH265(nal: Uint8Array, type: number): boolean {
    const temporalId = (nal[1]! & 7) - 1;
    return type <= LAST_PAIRED_TYPE && type % 2 === 0 && layerIdOf(nal) === 0 && temporalId === this.#highest;
  }
}

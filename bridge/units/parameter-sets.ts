import { holdsStartCode } from '../codec/annex-b.js';
import { type H264Pps, type H264Sps, parseH264Pps, parseH264Sps } from '../codec/h264-sets.js';
import { type H265Pps, type H265Sps, h265VpsId, parseH265Pps, parseH265Sps } from '../codec/h265-sets.js';
import { H264Nal, H265Nal, nalTypeOf } from '../codec/nal-types.js';
import type { NalCodec } from '../types.js';

/** What became of a parameter set that came. */
export type Taken =
  /** It is in force as it is, or one that decodes alike. */
  | 'known'
  /** It is in force from now on. */
  | 'changed'
  /** Damaged, or of a kind that no picture here uses. */
  | 'refused';

type SetKind = 'vps' | 'sps' | 'pps';
type Sps = H264Sps | H265Sps;
type Pps = H264Pps | H265Pps;

interface Kept<T> {
  parsed: T;
  nal: Buffer;
}

/** More is refused: a set of H.264 with all its scaling lists, or of H.265 with all its reference sets, is far smaller. */
const MAX_SET = 4096;

/**
 * The parameter sets of a stream, by their numbers: all that have been seen, so that a file or a decoder can begin with any
 * picture. A sequence set that decodes like the one in force, because only the frame rate that it claims is another, does
 * not take its place: a file has room for one.
 */
export class ParameterSets<S extends Sps = Sps, P extends Pps = Pps> {
  readonly #codec: NalCodec;
  readonly #kept = {
    vps: new Map<number, Kept<number>>(),
    sps: new Map<number, Kept<S>>(),
    pps: new Map<number, Kept<P>>(),
  };

  constructor(codec: NalCodec) {
    this.#codec = codec;
  }

  take(padded: Uint8Array): Taken {
    const nal = withoutPadding(padded);
    // It would be another one in the byte stream that units are.
    if (nal.length > MAX_SET || holdsStartCode(nal)) return 'refused';
    const kind = SET_KINDS[this.#codec][nalTypeOf(this.#codec, nal)];
    // Most cameras repeat them with every keyframe.
    if (kind !== undefined && this.#has(kind, nal)) return 'known';
    switch (kind) {
      case 'vps':
        return keep(this.#kept.vps, nal, h265VpsId(nal), (id) => id, sameBytes);
      case 'sps': {
        const sps = (this.#codec === 'h264' ? parseH264Sps(nal) : parseH265Sps(nal)) as S | undefined;
        return keep(
          this.#kept.sps,
          nal,
          sps,
          ({ id }) => id,
          (kept, parsed) => kept.parsed.decodingKey === parsed.decodingKey,
        );
      }
      case 'pps': {
        const pps = (this.#codec === 'h264' ? parseH264Pps(nal) : parseH265Pps(nal)) as P | undefined;
        return keep(this.#kept.pps, nal, pps, ({ id }) => id, sameBytes);
      }
      default:
        return 'refused';
    }
  }

  #has(kind: SetKind, nal: Uint8Array): boolean {
    for (const kept of this.#kept[kind].values()) if (kept.nal.equals(nal)) return true;
    return false;
  }

  pps(id: number): P | undefined {
    return this.#kept.pps.get(id)?.parsed;
  }

  sps(id: number): S | undefined {
    return this.#kept.sps.get(id)?.parsed;
  }

  /** The sequence set that a picture with this picture set uses, if all that it refers to is known. */
  inForce(ppsId: number): S | undefined {
    const pps = this.pps(ppsId);
    const sps = pps && this.sps(pps.spsId);
    return sps !== undefined && 'vpsId' in sps && !this.#kept.vps.has(sps.vpsId) ? undefined : sps;
  }

  /** All of them, in an order in which each comes before those that refer to it. */
  all(): Buffer[] {
    const { vps, sps, pps } = this.#kept;
    return [vps, sps, pps].flatMap((kind) => [...kind.values()].map(({ nal }) => nal));
  }
}

const SET_KINDS: Readonly<Record<NalCodec, Partial<Record<number, SetKind>>>> = {
  h264: { [H264Nal.sps]: 'sps', [H264Nal.pps]: 'pps' },
  h265: { [H265Nal.vps]: 'vps', [H265Nal.sps]: 'sps', [H265Nal.pps]: 'pps' },
};

/** No NAL unit ends with a zero; some servers send a few behind one. */
const withoutPadding = (nal: Uint8Array): Uint8Array => {
  let end = nal.length;
  while (end > 0 && nal[end - 1] === 0) end--;
  return nal.subarray(0, end);
};

const sameBytes = <T>({ nal }: Kept<T>, _: T, bytes: Uint8Array): boolean => nal.equals(bytes);

const keep = <T>(
  kept: Map<number, Kept<T>>,
  nal: Uint8Array,
  parsed: T | undefined,
  idOf: (parsed: T) => number,
  isKnown: (kept: Kept<T>, parsed: T, nal: Uint8Array) => boolean,
): Taken => {
  if (parsed === undefined) return 'refused';
  const id = idOf(parsed);
  const before = kept.get(id);
  if (before !== undefined && isKnown(before, parsed, nal)) return 'known';
  kept.set(id, { parsed, nal: Buffer.from(nal) });
  return 'changed';
};

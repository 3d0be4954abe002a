import type { NalCodec } from '../types.js';
import { type H264Sps, parseH264Sps } from './h264-sets.js';
import { parseH265Sps } from './h265-sets.js';
import { H264Nal, H265Nal, nalTypeOf } from './nal-types.js';

/** Bytes of the length in front of each NAL unit of a file, less one. */
const LENGTH_SIZE_MINUS_1 = 3;

/**
 * What a file says of its pictures in one place: AVCDecoderConfigurationRecord (ISO/IEC 14496-15, 5.3.3.1) or
 * HEVCDecoderConfigurationRecord (8.3.3.1).
 *
 * @param sets parameter sets, other NAL units are passed over
 * @returns undefined if a kind of them is missing, or the sequence set is damaged
 */
export const decoderConfiguration = (codec: NalCodec, sets: readonly Uint8Array[]): Buffer | undefined =>
  codec === 'h264' ? avcConfiguration(sets) : hevcConfiguration(sets);

/** Baseline, Main and Extended: their records end before the chroma format and the bit depths. */
const PROFILES_WITHOUT_FORMAT = new Set([66, 77, 88]);

const avcConfiguration = (sets: readonly Uint8Array[]): Buffer | undefined => {
  const of = (type: number): Uint8Array[] => sets.filter((set) => nalTypeOf('h264', set) === type);
  const [sequence, picture] = [of(H264Nal.sps), of(H264Nal.pps)];
  const sps = sequence[0] && parseH264Sps(sequence[0]);
  if (!sps || picture.length === 0 || picture.length > 255 || sequence.length > 31) return undefined;
  return Buffer.concat([
    Buffer.from([1, sps.profileIdc, sps.constraintFlags, sps.levelIdc, 0xfc | LENGTH_SIZE_MINUS_1]),
    Buffer.from([0xe0 | sequence.length]),
    ...sequence.map(measured),
    Buffer.from([picture.length]),
    ...picture.map(measured),
    ...(PROFILES_WITHOUT_FORMAT.has(sps.profileIdc) ? [] : [avcFormat(sps, of(H264Nal.spsExtension))]),
  ]);
};

const avcFormat = (sps: H264Sps, extensions: readonly Uint8Array[]): Buffer =>
  Buffer.concat([
    Buffer.from([0xfc | sps.chromaFormatIdc, 0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8)]),
    Buffer.from([extensions.length]),
    ...extensions.map(measured),
  ]);

const hevcConfiguration = (sets: readonly Uint8Array[]): Buffer | undefined => {
  const kinds = [H265Nal.vps, H265Nal.sps, H265Nal.pps].map((type) => ({
    type,
    nals: sets.filter((set) => nalTypeOf('h265', set) === type),
  }));
  const first = kinds[1]!.nals[0];
  const sps = first && parseH265Sps(first);
  if (!sps || kinds.some(({ nals }) => nals.length === 0)) return undefined;
  const { profileSpace, tier, profileIdc, compatibilityFlags, constraintBytes, levelIdc } = sps.profile;
  const flags = Buffer.alloc(4);
  flags.writeUInt32BE(compatibilityFlags);
  return Buffer.concat([
    Buffer.from([1, (profileSpace << 6) | (tier === 'high' ? 0x20 : 0) | profileIdc]),
    flags,
    Buffer.from([...constraintBytes, levelIdc]),
    // Neither how pictures are cut into segments nor what could be decoded in parallel is known.
    Buffer.from([0xf0, 0, 0xfc]),
    Buffer.from([0xfc | sps.chromaFormatIdc, 0xf8 | (sps.bitDepthLuma - 8), 0xf8 | (sps.bitDepthChroma - 8)]),
    // No average frame rate, and whether it is constant is not known.
    Buffer.from([0, 0, (sps.subLayers << 3) | (sps.temporalIdNesting ? 4 : 0) | LENGTH_SIZE_MINUS_1, kinds.length]),
    ...kinds.flatMap(({ type, nals }) => [hevcArray(type, nals.length), ...nals.map(measured)]),
  ]);
};

const hevcArray = (type: number, count: number): Buffer => {
  // All of them are here: none needs to be looked for in the stream.
  const head = Buffer.from([0x80 | type, 0, 0]);
  head.writeUInt16BE(count, 1);
  return head;
};

/** With its length in front, in two bytes. */
const measured = (nal: Uint8Array): Buffer => {
  const bytes = Buffer.alloc(2 + nal.length);
  bytes.writeUInt16BE(nal.length);
  bytes.set(nal, 2);
  return bytes;
};

/** The parameter sets in such a record, as far as it is whole. */
export const parameterSetsIn = (codec: NalCodec, record: Buffer): Buffer[] => {
  const sets: Buffer[] = [];
  let at = codec === 'h264' ? 5 : 22;
  const take = (count: number): void => {
    for (let index = 0; index < count && at + 2 <= record.length; index++) {
      const end = at + 2 + record.readUInt16BE(at);
      if (end <= record.length) sets.push(record.subarray(at + 2, end));
      at = end;
    }
  };
  if (codec === 'h264') {
    take((record[at++] ?? 0) & 0x1f);
    take(record[at++] ?? 0);
    return sets;
  }
  for (let arrays = record[at++] ?? 0; arrays > 0 && at + 3 <= record.length; arrays--) {
    const count = record.readUInt16BE(at + 1);
    at += 3;
    take(count);
  }
  return sets;
};

import { capsTextOf } from '../../bridge/codec/caps-text.js';
import { parameterSetsIn } from '../../bridge/codec/decoder-configuration.js';
import { parseH264Sps } from '../../bridge/codec/h264-sets.js';
import { parseH265Sps } from '../../bridge/codec/h265-sets.js';
import { H264Nal, H265Nal, nalTypeOf } from '../../bridge/codec/nal-types.js';
import { parseCaps } from '../../bridge/filters/caps.js';
import type { NalCodec, StreamCaps } from '../../bridge/types.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import { withFile } from '../mp4/boxes.js';
import { readKeyframes, type StoredKeyframe } from '../mp4/keyframes.js';
import type { Mp4Track } from '../mp4/tracks.js';
import type { Keyframe } from './still-desk.js';

const START = Buffer.from([0, 0, 0, 1]);

/** A file with media, and where it is from. */
export interface StoredMedia {
  /** The same for the same file, and for no other. */
  id: string;
  path: string;
  /** When its first picture was taken. */
  startUtc: UtcMicros;
  /** Names it for the bridge, where it is taken for a camera: what kills hosts is set apart. */
  owner: string;
}

/**
 * The keyframe of a file that is nearest to a moment; undefined if it has none that can be decoded here.
 * @throws the file system's error if the file cannot be read
 */
export const nearestKeyframe = ({ id, path, startUtc, owner }: StoredMedia, at: UtcMicros): Keyframe | undefined => {
  const stored = withFile(path, readKeyframes);
  const format = stored && formatOf(stored.track);
  const found = stored && nearest(stored.keyframes, (at - startUtc) / MICROS_PER_SECOND);
  if (!format || !found) return undefined;
  return {
    id: `${id} ${found.offset}`,
    utc: (startUtc + Math.round(found.seconds * MICROS_PER_SECOND)) as UtcMicros,
    caps: format.caps,
    owner,
    units: () => [format.unitOf(withFile(path, (source) => source.read(found.offset, found.size)))],
  };
};

/** @param seconds from the file's first picture */
const nearest = (keyframes: readonly StoredKeyframe[], seconds: number): StoredKeyframe | undefined => {
  let best: StoredKeyframe | undefined;
  for (const each of keyframes) {
    if (!best || Math.abs(each.seconds - seconds) < Math.abs(best.seconds - seconds)) best = each;
  }
  return best;
};

interface Format {
  caps: StreamCaps;
  /** A picture as a stream has it. */
  unitOf(stored: Buffer): Buffer;
}

const formatOf = ({ codec: name, setup, width, height }: Mp4Track): Format | undefined => {
  if (name === 'jpeg') {
    return { caps: parseCaps(`image/jpeg, width=(int)${width}, height=(int)${height}`), unitOf: (stored) => stored };
  }
  const codec: NalCodec | undefined = /^avc[13]\./.test(name)
    ? 'h264'
    : /^h(?:vc|ev)1\./.test(name)
      ? 'h265'
      : undefined;
  if (codec === undefined) return undefined;
  const sets = parameterSetsIn(codec, setup);
  const wanted = codec === 'h264' ? H264Nal.sps : H265Nal.sps;
  const set = sets.find((each) => nalTypeOf(codec, each) === wanted);
  const sps = set && (codec === 'h264' ? parseH264Sps(set) : parseH265Sps(set));
  return sps && { caps: parseCaps(capsTextOf(codec, sps)), unitOf: (stored) => withStartCodes(sets, stored) };
};

/** NAL units as a file has them, behind their lengths, as a stream has them. */
const withStartCodes = (sets: readonly Buffer[], stored: Buffer): Buffer => {
  const parts = sets.flatMap((set) => [START, set]);
  for (let at = 0; at + 4 < stored.length; ) {
    const end = Math.min(at + 4 + stored.readUInt32BE(at), stored.length);
    parts.push(START, stored.subarray(at + 4, end));
    at = end;
  }
  return Buffer.concat(parts);
};

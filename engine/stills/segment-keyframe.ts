import { capsTextOf } from '../../bridge/codec/caps-text.js';
import { parameterSetsIn } from '../../bridge/codec/decoder-configuration.js';
import { parseH264Sps } from '../../bridge/codec/h264-sets.js';
import { parseH265Sps } from '../../bridge/codec/h265-sets.js';
import { H264Nal, H265Nal, nalTypeOf } from '../../bridge/codec/nal-types.js';
import { parseCaps } from '../../bridge/filters/caps.js';
import { withFile } from '../../bridge/mp4-boxes.js';
import type { NalCodec, StreamCaps } from '../../bridge/types.js';
import type { Segment } from '../archive/archive-index.js';
import { originOf } from '../archive/cuts.js';
import { MICROS_PER_SECOND, type UtcMicros } from '../core/time.js';
import type { FragmentSample } from '../mp4/movie-fragment.js';
import { readSegment, type SegmentLayout } from '../mp4/segment-layout.js';
import type { Mp4Track } from '../mp4/tracks.js';
import type { Keyframe } from './still-desk.js';

const START = Buffer.from([0, 0, 0, 1]);

/**
 * The keyframe of a segment that is nearest to a moment; undefined if it has none that can be decoded here.
 * @throws the file system's error if its file cannot be read
 */
export const nearestKeyframe = ({ id, startUtc }: Segment, file: string, at: UtcMicros): Keyframe | undefined => {
  const layout = withFile(file, readSegment);
  const track = layout?.tracks.find(({ kind }) => kind === 'video');
  const format = track && formatOf(track);
  const found = layout && track && nearest(layout, track, (at - startUtc) / MICROS_PER_SECOND);
  if (!format || !found) return undefined;
  const { sample, seconds } = found;
  return {
    id: `segment ${id} ${sample.offset}`,
    utc: (startUtc + Math.round(seconds * MICROS_PER_SECOND)) as UtcMicros,
    caps: format.caps,
    owner: undefined,
    units: () => [
      withStartCodes(
        format.sets,
        withFile(file, (source) => source.read(sample.offset, sample.size)),
      ),
    ],
  };
};

/** @param seconds from the segment's first picture */
const nearest = (
  { fragments }: SegmentLayout,
  { id, timescale }: Mp4Track,
  seconds: number,
): { sample: FragmentSample; seconds: number } | undefined => {
  const pictures = fragments.filter(({ track }) => track === id);
  const origin = originOf(pictures);
  let best: { sample: FragmentSample; seconds: number } | undefined;
  for (const { time, samples } of pictures) {
    let decoded = time;
    for (const sample of samples) {
      const shown = (decoded + sample.composition - origin) / timescale;
      decoded += sample.ticks;
      if (!sample.key) continue;
      if (!best || Math.abs(shown - seconds) < Math.abs(best.seconds - seconds)) best = { sample, seconds: shown };
    }
  }
  return best;
};

const formatOf = ({ codec: name, setup }: Mp4Track): { caps: StreamCaps; sets: Buffer[] } | undefined => {
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
  return sps && { caps: parseCaps(capsTextOf(codec, sps)), sets };
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

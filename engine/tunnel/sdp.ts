import { nalUnits } from '../../bridge/codec/annex-b.js';
import { H264Nal, nalTypeOf } from '../../bridge/codec/nal-types.js';

/** Number of the format in packets and in the description. */
export const PAYLOAD_TYPE = 96;
/** Of times in packets. */
export const CLOCK_RATE = 90_000;
/** What the only track is called in addresses. */
export const TRACK = 'trackID=0';

const BYTES_OF_PROFILE = 4;

/** What a player must know before the first picture. */
export interface TrackDescription {
  /** profile_idc, constraint flags and level_idc: `64001f`. */
  profile: string;
  /** Sequence and picture parameter sets as base64, with commas between. */
  sets: string;
}

/** Undefined if the picture, a keyframe of H.264, does not begin with its parameter sets. */
export const describeTrack = (key: Uint8Array): TrackDescription | undefined => {
  const nals = nalUnits(key);
  const of = (type: number): Uint8Array[] => nals.filter((nal) => nalTypeOf('h264', nal) === type);
  const [sps, ...others] = of(H264Nal.sps);
  const pps = of(H264Nal.pps);
  if (!sps || sps.length < BYTES_OF_PROFILE || pps.length === 0) return undefined;
  const sets = [sps, ...others, ...pps].map((set) => Buffer.from(set).toString('base64'));
  return { profile: Buffer.from(sps.subarray(1, BYTES_OF_PROFILE)).toString('hex'), sets: sets.join(',') };
};

/**
 * A live stream with one track of H.264 (RFC 4566, RFC 6184 8.2.1).
 * @param id of the stream, in digits
 */
export const liveSdp = ({ profile, sets }: TrackDescription, id: string): string =>
  [
    'v=0',
    `o=- ${id} 1 IN IP4 127.0.0.1`,
    's=Live',
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=control:*',
    'a=range:npt=now-',
    `m=video 0 RTP/AVP ${PAYLOAD_TYPE}`,
    `a=rtpmap:${PAYLOAD_TYPE} H264/${CLOCK_RATE}`,
    `a=fmtp:${PAYLOAD_TYPE} packetization-mode=1;profile-level-id=${profile};sprop-parameter-sets=${sets}`,
    `a=control:${TRACK}`,
    '',
  ].join('\r\n');

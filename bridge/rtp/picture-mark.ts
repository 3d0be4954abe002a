import type { NalCodec } from '../types.js';

/**
 * GStreamer's depayloaders do not pass marker bits on. So a packet of our own goes through them behind each marked one: a
 * delimiter of access units whose content no encoder writes (H.264 7.3.2.4, H.265 7.3.2.5: a picture type and a stop bit).
 */
const MARKS: Readonly<Record<NalCodec, Buffer>> = {
  h264: Buffer.from([0x09, 0x1f]),
  h265: Buffer.from([0x46, 0x01, 0x1f]),
};

/** Ahead of all times in a host: GStreamer knows none below 0, and pictures may be shown before the first that comes. µs. */
export const PTS_BASE_MICROS = 1_000_000_000;

/** The payload that says: the packet before had the marker bit. */
export const pictureMark = (codec: NalCodec): Buffer => MARKS[codec];

export const isPictureMark = (codec: NalCodec, nal: Uint8Array): boolean =>
  nal.length === MARKS[codec].length && MARKS[codec].equals(nal);

const H264_FU_A = 28;
const H265_FU = 49;
/** Of the FU header: the unit ends with this fragment. */
const END = 0x40;

/**
 * Whether a marker bit of a packet with this payload can be meant: a picture does not end within a unit. Some cameras mark
 * every packet.
 */
export const mayEndPicture = (codec: NalCodec, payload: Uint8Array): boolean => {
  const [first = 0, second = 0, third = 0] = payload;
  return codec === 'h264'
    ? (first & 0x1f) !== H264_FU_A || (second & END) !== 0
    : ((first >> 1) & 0x3f) !== H265_FU || (third & END) !== 0;
};

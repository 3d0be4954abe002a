import { readHeader, readMedia } from './mp4.js';

/** No picture may be before 0, where it would be left out, by what rounding takes. In seconds. */
const ROUNDING = 0.001;

/**
 * Where in the media of a stream an element begins, in seconds, so that the first picture is at its time 0 and nothing has to
 * be sought.
 *
 * @param header `ftyp moov`
 * @param first the first picture: `moof mdat`
 * @returns 0 where they do not say it
 */
export const originOf = (header: Uint8Array, first: Uint8Array): number => {
  const track = readHeader(header);
  const time = track && readMedia(first, track.timescale).samples[0]?.time;
  return time === undefined ? 0 : time / 1000 - ROUNDING;
};

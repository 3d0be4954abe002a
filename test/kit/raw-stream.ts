import { execFileSync } from 'node:child_process';
import { groupAccessUnits, type NalCodec, splitNals } from './h264-bytes.js';

export interface RawStreamOptions {
  codec?: NalCodec;
  frames?: number;
  size?: string;
  /** Of ffmpeg's encoder, as in `-g 25 -bf 2`. */
  settings?: string;
  /** Settings of x264 or x265 themselves, `key=value:…`. */
  params?: string;
}

/** A moving test picture, encoded: its access units, each a list of NAL units. */
export const encodeRaw = (options: RawStreamOptions = {}): Uint8Array[][] => {
  const { codec = 'h264', frames = 50, size = '160x96', settings = '-g 25 -bf 0', params } = options;
  const encoder = codec === 'h264' ? 'libx264' : 'libx265';
  const own = [params, codec === 'h265' ? 'log-level=error' : undefined].filter((each) => each !== undefined).join(':');
  const bytes = execFileSync('ffmpeg', [
    ...['-v', 'error', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=25`, '-frames:v', String(frames)],
    ...['-pix_fmt', 'yuv420p', '-c:v', encoder, '-preset', 'veryfast', '-threads', '1', ...settings.split(' ')],
    ...(own === '' ? [] : [codec === 'h264' ? '-x264-params' : '-x265-params', own]),
    ...['-f', codec === 'h264' ? 'h264' : 'hevc', '-'],
  ]);
  return groupAccessUnits(splitNals(bytes), codec);
};

import type { NalCodec, StreamCaps } from '../types.js';

/** A keyframe of each codec, 320 by 192: dark on its left half, bright on its right. */
const KEYFRAMES: Readonly<Record<NalCodec, string>> = {
  h264: [
    'AAAAAWdNQB7cFBmwEQAAAwABAAADAAoPFi+AAAAAAWjuDyyAAAABZYiEBL/+963fgU2zgzVrulc4tMurlDQ9UfZqg/8Mc+bXKiUq',
    'LLsRY3voDTagA8CA+AAABzQv+m4ITKa8aXE=',
  ].join(''),
  h265: [
    'AAAAAUABDAH//wFgAAADAJAAAAMAAAMAWpKAkAAAAAFCAQEBYAAAAwCQAAADAAADAFqgCggMFlkqSTK8BaAgAAADACAAAAMAoQAA',
    'AAFEAcFytGJAAAABKAGvJZapgPmBm//yqW+AqGFrPEKW+b7w/Qk8GXCnJTKAvAmgGRZQkwfZsT0AFxA=',
  ].join(''),
};

const MAIN = 'stream-format=(string)byte-stream, alignment=(string)au, profile=(string)main, level=(string)3';
const SIZE = { width: 320, height: 192 };

export const probeKeyframe = (codec: NalCodec): Buffer => Buffer.from(KEYFRAMES[codec], 'base64');

export const probeCaps = (codec: NalCodec): StreamCaps => ({
  ...{ track: 'video', mediaType: `video/x-${codec}`, ...SIZE },
  text: `video/x-${codec}, ${MAIN}, width=(int)${SIZE.width}, height=(int)${SIZE.height}`,
});

/** Smaller than the stream, so that it is converted and scaled as pictures of cameras are. */
export const PROBE_WIDTH = 64;
const DARK = 96;
const BRIGHT = 160;

/** Whether a picture in I420 is that of the stream. Drivers that do not work also give out green, black or nothing at all. */
export const isProbePicture = (data: Uint8Array, width: number, height: number): boolean => {
  let [left, right] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const luma = data[y * width + x] ?? 0;
      if (x < width / 2) left += luma;
      else right += luma;
    }
  }
  const half = (width * height) / 2;
  return left / half < DARK && right / half > BRIGHT;
};

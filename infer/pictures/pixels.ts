import { BadRequest } from '../bad-request.js';

/** A decoded picture: red, green and blue of each pixel and, if there are four bytes, one that is ignored. Rows have no padding. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly bytesPerPixel: 3 | 4;
  readonly data: Uint8Array;
}

/** 8K. A small file can claim to be a picture that fills the memory. */
const MAXIMUM_PIXELS = 7680 * 4320;

export const checkSize = (width: number, height: number): void => {
  if (width < 1 || height < 1) throw new BadRequest('the picture has no pixels');
  if (width * height > MAXIMUM_PIXELS) {
    throw new BadRequest(`the picture is ${width}x${height}; more than ${MAXIMUM_PIXELS} pixels are not read`);
  }
};

import { BadRequest } from '../bad-request.js';
import { checkSize, type Pixels } from './pixels.js';

/** File header and the smallest information header that says what is read here. */
const LEAST_BYTES = 54;
const UNCOMPRESSED = 0;
/** Says where the colours of a pixel are. The usual places are taken, which is what every known writer means. */
const BIT_FIELDS = 3;

/** Uncompressed bitmaps of 24 or 32 bits: what cameras' pictures become. Indexed colours are refused. */
export const decodeBmp = (bytes: Uint8Array): Pixels => {
  if (bytes.length < LEAST_BYTES) throw new BadRequest('the BMP picture is incomplete');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const understood = compression === UNCOMPRESSED || (compression === BIT_FIELDS && bits === 32);
  if ((bits !== 24 && bits !== 32) || !understood) {
    throw new BadRequest(
      `a BMP picture of ${bits} bits with compression ${compression} is not read; send 24 or 32 bits, uncompressed`,
    );
  }
  const height = Math.abs(signedHeight);
  checkSize(width, height);
  const size = bits / 8;
  const stride = (width * size + 3) & ~3;
  const start = view.getUint32(10, true);
  if (start + stride * (height - 1) + width * size > bytes.length)
    throw new BadRequest('the BMP picture is incomplete');
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    // The last row comes first, unless the height is negative.
    let from = start + stride * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++, at += 3, from += size) {
      rgb[at] = bytes[from + 2]!;
      rgb[at + 1] = bytes[from + 1]!;
      rgb[at + 2] = bytes[from]!;
    }
  }
  return { width, height, bytesPerPixel: 3, data: rgb };
};

import { BadRequest } from '../bad-request.js';

export type EncodedKind = 'jpeg' | 'png' | 'bmp';

const startsWith = (bytes: Uint8Array, ...start: number[]): boolean => start.every((byte, at) => bytes[at] === byte);

/** How a picture is encoded, from its first bytes: what the sender calls it is not always true. */
export const encodedKind = (bytes: Uint8Array): EncodedKind => {
  if (startsWith(bytes, 0xff, 0xd8, 0xff)) return 'jpeg';
  if (startsWith(bytes, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (startsWith(bytes, 0x42, 0x4d)) return 'bmp';
  throw new BadRequest(bytes.length === 0 ? 'there is no picture' : 'this is neither a JPEG, a PNG nor a BMP picture');
};

/** Size of a PNG picture, which stands in its first chunk. */
export const pngSize = (bytes: Uint8Array): [width: number, height: number] => {
  if (bytes.length < 24) throw new BadRequest('the PNG picture is incomplete');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [view.getUint32(16), view.getUint32(20)];
};

/** Of the markers 0xC0 to 0xCF, those that begin no frame: Huffman tables, a reserved one, arithmetic coding. */
const NO_FRAMES = [0xc4, 0xc8, 0xcc];

/** Size of a JPEG picture: the segments are walked up to the header of the frame. */
export const jpegSize = (bytes: Uint8Array): [width: number, height: number] => {
  const u16 = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
  for (let at = 2; at + 9 <= bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      // Filling in front of a marker.
      at += 1;
    } else if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.includes(marker)) {
      return [u16(at + 7), u16(at + 5)];
    } else at += 2 + Math.max(2, u16(at + 2));
  }
  throw new BadRequest('the JPEG picture has no frame header');
};

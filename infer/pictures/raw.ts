import type { PixelFormat } from '../../engine/core/pixel-formats.js';
import { BadRequest } from '../bad-request.js';
import { checkSize, type Pixels } from './pixels.js';

export interface RawLayout {
  readonly pixelFormat: PixelFormat;
  readonly width: number;
  readonly height: number;
  /** Bytes from one row to the next, of the first plane. Without it rows have no padding. */
  readonly strideBytes?: number;
}

type Put = (into: Uint8Array, at: number, from: Uint8Array, offset: number) => void;

/** Where red, green and blue are in a pixel of whole bytes. */
const bytes =
  (red: number, green: number, blue: number): Put =>
  (into, at, from, offset) => {
    into[at] = from[offset + red]!;
    into[at + 1] = from[offset + green]!;
    into[at + 2] = from[offset + blue]!;
  };

/** Pixels of 16 bits: five for red and blue, five or six for green. Their high bits are repeated, so that white stays white. */
const packed =
  (greenBits: 5 | 6, high: 0 | 1): Put =>
  (into, at, from, offset) => {
    const value = (from[offset + high]! << 8) | from[offset + 1 - high]!;
    const red = (value >> (5 + greenBits)) & 31;
    const green = (value >> 5) & ((1 << greenBits) - 1);
    const blue = value & 31;
    into[at] = (red << 3) | (red >> 2);
    into[at + 1] = (green << (8 - greenBits)) | (green >> (2 * greenBits - 8));
    into[at + 2] = (blue << 3) | (blue >> 2);
  };

const LAYOUTS: Readonly<Record<Exclude<PixelFormat, 'yuv420p'>, { readonly size: number; readonly put: Put }>> = {
  rgb24: { size: 3, put: bytes(0, 1, 2) },
  bgr24: { size: 3, put: bytes(2, 1, 0) },
  argb: { size: 4, put: bytes(1, 2, 3) },
  rgba: { size: 4, put: bytes(0, 1, 2) },
  abgr: { size: 4, put: bytes(3, 2, 1) },
  bgra: { size: 4, put: bytes(2, 1, 0) },
  rgb565be: { size: 2, put: packed(6, 0) },
  rgb565le: { size: 2, put: packed(6, 1) },
  rgb555be: { size: 2, put: packed(5, 0) },
  rgb555le: { size: 2, put: packed(5, 1) },
};

const checkLength = (data: Uint8Array, needed: number, what: RawLayout): void => {
  if (data.length >= needed) return;
  const { pixelFormat, width, height } = what;
  throw new BadRequest(
    `${data.length} bytes are too few for ${pixelFormat} of ${width}x${height}, which has ${needed}`,
  );
};

export const decodeRaw = (data: Uint8Array, layout: RawLayout): Pixels => {
  checkSize(layout.width, layout.height);
  return layout.pixelFormat === 'yuv420p' ? decodeYuv(data, layout) : decodePacked(data, layout, layout.pixelFormat);
};

const decodePacked = (data: Uint8Array, layout: RawLayout, format: Exclude<PixelFormat, 'yuv420p'>): Pixels => {
  const { width, height } = layout;
  const { size, put } = LAYOUTS[format];
  const stride = layout.strideBytes || width * size;
  if (stride < width * size) throw new BadRequest(`a row of ${width * size} bytes does not fit a stride of ${stride}`);
  checkLength(data, stride * (height - 1) + width * size, layout);
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) put(rgb, at, data, y * stride + x * size);
  }
  return { width, height, bytesPerPixel: 3, data: rgb };
};

/** Video levels of BT.601, as cameras' decoders give them. */
const decodeYuv = (data: Uint8Array, layout: RawLayout): Pixels => {
  const { width, height } = layout;
  const stride = layout.strideBytes || width;
  if (stride < width) throw new BadRequest(`a row of ${width} bytes does not fit a stride of ${stride}`);
  const [half, rows] = [(stride + 1) >> 1, (height + 1) >> 1];
  const [planeU, planeV] = [stride * height, stride * height + half * rows];
  checkLength(data, planeV + half * (rows - 1) + ((width + 1) >> 1), layout);
  // Clamps and rounds what is stored.
  const rgb = new Uint8ClampedArray(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const luma = 1.164 * (data[y * stride + x]! - 16);
      const chroma = (y >> 1) * half + (x >> 1);
      const u = data[planeU + chroma]! - 128;
      const v = data[planeV + chroma]! - 128;
      rgb[at] = luma + 1.596 * v;
      rgb[at + 1] = luma - 0.392 * u - 0.813 * v;
      rgb[at + 2] = luma + 2.017 * u;
    }
  }
  return { width, height, bytesPerPixel: 3, data: new Uint8Array(rgb.buffer) };
};

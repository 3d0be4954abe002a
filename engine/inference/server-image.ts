import type { Picture, PictureFormat } from '../../bridge/index.js';
import type { PixelFormat } from '../core/pixel-formats.js';
import type { ImageFormat, ServerImage } from './types.js';

/** What the decoder is asked for. Words of two bytes come low byte first, and are turned round here where that is wanted. */
const RAW: Readonly<Record<PixelFormat, PictureFormat>> = {
  yuv420p: 'i420',
  ...{ rgb565be: 'rgb565', rgb565le: 'rgb565', rgb555be: 'rgb555', rgb555le: 'rgb555' },
  ...{ rgb24: 'rgb', bgr24: 'bgr', argb: 'argb', rgba: 'rgba', abgr: 'abgr', bgra: 'bgra' },
};

export const pictureFormatOf = (format: ImageFormat): PictureFormat =>
  format.kind === 'raw' ? RAW[format.pixelFormat] : format.kind;

/** Bytes of a row of the first plane, without padding. */
const rowBytes = ({ width, format }: Picture): number => {
  if (format === 'i420') return width;
  if (format === 'rgb565' || format === 'rgb555') return 2 * width;
  return (format === 'rgb' || format === 'bgr' ? 3 : 4) * width;
};

/**
 * A copy of a picture, as a server gets it. Servers that are told no stride take rows for as long as they are wide, so raw
 * pixels lose the padding that GStreamer puts behind rows.
 */
export const serverImage = (picture: Picture, format: ImageFormat): ServerImage => {
  const { width, height, data } = picture;
  if (format.kind !== 'raw') return { format, width, height, data: new Uint8Array(data) };
  const pixels = Buffer.concat(planesOf(picture).flatMap((plane) => rowsOf(data, plane)));
  if (format.pixelFormat.endsWith('be')) pixels.swap16();
  return { format, width, height, strideBytes: rowBytes(picture), data: pixels };
};

interface Plane {
  readonly offset: number;
  readonly stride: number;
  readonly row: number;
  readonly rows: number;
}

const planesOf = (picture: Picture): Plane[] => {
  const { width, height, format, strides, offsets } = picture;
  const first = { offset: offsets[0], stride: strides[0], row: rowBytes(picture), rows: height };
  if (format !== 'i420') return [first];
  const half = { row: Math.ceil(width / 2), rows: Math.ceil(height / 2) };
  return [
    first,
    { offset: offsets[1], stride: strides[1], ...half },
    { offset: offsets[2], stride: strides[2], ...half },
  ];
};

/** A plane in as few pieces as its padding allows. */
const rowsOf = (data: Uint8Array, { offset, stride, row, rows }: Plane): Uint8Array[] => {
  if (stride === row) return [data.subarray(offset, offset + row * rows)];
  return Array.from({ length: rows }, (_, y) => data.subarray(offset + y * stride, offset + y * stride + row));
};

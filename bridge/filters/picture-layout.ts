import type { Picture, PictureFormat, RawFormat, Rectangle } from '../pictures.js';

/** How GStreamer lays out a picture without padding of its own: rows at multiples of 4 bytes. */
export interface PictureLayout extends Omit<Picture, 'pts' | 'caps' | 'data'> {
  /** Bytes that come from GStreamer; undefined for files that are as large as they are. */
  size: number | undefined;
}

interface PictureSize {
  width: number;
  height: number;
  /** Default: all of it. */
  content?: Rectangle;
}

const BYTES_A_PIXEL: Readonly<Record<Exclude<RawFormat, 'i420'> | 'bmp', number>> = {
  ...{ rgb: 3, bgr: 3, bmp: 3, argb: 4, rgba: 4, abgr: 4, bgra: 4, rgb565: 2, rgb555: 2 },
};

export const pictureLayout = (
  { width, height, content = { left: 0, top: 0, width, height } }: PictureSize,
  format: PictureFormat,
): PictureLayout => {
  const size = { width, height, content };
  if (format === 'jpeg' || format === 'png')
    return { ...size, format, strides: [0, 0, 0], offsets: [0, 0, 0], size: undefined };
  if (format !== 'i420') {
    const row = roundUp(BYTES_A_PIXEL[format] * width, 4);
    return { ...size, format, strides: [row, 0, 0], offsets: [0, 0, 0], size: row * height };
  }
  const luma = roundUp(width, 4);
  const chroma = roundUp(roundUp(width, 2) / 2, 4);
  const rows = roundUp(height, 2);
  const u = luma * rows;
  const v = u + (chroma * rows) / 2;
  const bytes = v + (chroma * rows) / 2;
  return { ...size, format, strides: [luma, chroma, chroma], offsets: [0, u, v], size: bytes };
};

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

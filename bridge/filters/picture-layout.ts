import type { Picture, PictureFormat } from '../types.js';

/** How GStreamer lays out a picture without padding of its own: rows at multiples of 4 bytes. */
export interface PictureLayout extends Omit<Picture, 'pts' | 'caps' | 'data'> {
  /** Bytes in all. */
  size: number;
}

export const pictureLayout = (
  { width, height }: { width: number; height: number },
  format: PictureFormat,
): PictureLayout => {
  if (format === 'rgb') {
    const row = roundUp(3 * width, 4);
    return { width, height, format, strides: [row, 0, 0], offsets: [0, 0, 0], size: row * height };
  }
  const luma = roundUp(width, 4);
  const chroma = roundUp(roundUp(width, 2) / 2, 4);
  const rows = roundUp(height, 2);
  const u = luma * rows;
  const v = u + (chroma * rows) / 2;
  const size = v + (chroma * rows) / 2;
  return { width, height, format, strides: [luma, chroma, chroma], offsets: [0, u, v], size };
};

const roundUp = (value: number, to: number): number => Math.ceil(value / to) * to;

import type { KeyedReader } from './keyed-reader.js';

/** Largest width and height at any level of H.264 or H.265, in pixels. */
export const MOST_PIXELS = 16_888;

/** What is cut off at each side: frame_crop offsets, or conformance window, in units of the chroma format. */
export interface CropWindow {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A flag, and the window if it is set. Its fields have the same order in both codecs. */
export const readCropWindow = (read: KeyedReader): CropWindow => {
  if (!read.flag()) return { left: 0, right: 0, top: 0, bottom: 0 };
  const [left, right] = [read.ue(MOST_PIXELS), read.ue(MOST_PIXELS)];
  return { left, right, top: read.ue(MOST_PIXELS), bottom: read.ue(MOST_PIXELS) };
};

/** Luma samples for a chroma sample, across and down, by chroma_format_idc (Table 6-1 of both standards). */
const SUBSAMPLING = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
] as const;

/**
 * The size of the pictures that are shown, in pixels; undefined if that is absurd.
 * @param rowsPerUnit 2 where a picture may consist of two fields, each with its own crop, otherwise 1
 */
export const shownSize = (
  coded: { width: number; height: number },
  window: CropWindow,
  chromaFormatIdc: number,
  rowsPerUnit: 1 | 2 = 1,
): { width: number; height: number } | undefined => {
  const [across, down] = SUBSAMPLING[chromaFormatIdc] ?? SUBSAMPLING[0];
  if (coded.width > MOST_PIXELS || coded.height > MOST_PIXELS) return undefined;
  const width = coded.width - across * (window.left + window.right);
  const height = coded.height - down * rowsPerUnit * (window.top + window.bottom);
  return width > 0 && height > 0 ? { width, height } : undefined;
};

/** Decoded pictures, as they are asked for and as they come. */

/**
 * Bytes of pixels. `i420`: a plane each of Y, U and V, the latter two at half width and height. All others are one plane,
 * in the order of the letters; `rgb565` and `rgb555` are words of 16 bits, low byte first.
 */
export type RawFormat = 'i420' | 'rgb' | 'bgr' | 'argb' | 'rgba' | 'abgr' | 'bgra' | 'rgb565' | 'rgb555';

/** Files of pictures. */
export type CodedFormat = 'jpeg' | 'png' | 'bmp';

export type PictureFormat = RawFormat | CodedFormat;

/**
 * How a picture becomes another size: `pad`: fitted into it, with black borders; `inside`: fitted into it, and as small as
 * that makes it; `stretch`: distorted.
 */
export type Fit = 'pad' | 'inside' | 'stretch';

/** What each decoded picture is turned into. */
export interface PictureSpec {
  /** Pixels. Without a `fit` both sides are rounded to even. */
  readonly width?: number;
  /** Pixels. A side that is not given follows from the other and the stream's aspect ratio; without both, the stream's own size. */
  readonly height?: number;
  /** With it, sizes are exact. */
  readonly fit?: Fit;
  readonly format: PictureFormat;
  /** Of a JPEG, 0 to 100. Default 85. */
  readonly quality?: number;
}

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A decoded picture. `data` is valid only during the callback. */
export interface Picture {
  pts: number;
  width: number;
  height: number;
  format: PictureFormat;
  /** Bytes from one row to the next, a multiple of 4: [Y, U, V], or [RGB, 0, 0]. Zeros for files. */
  strides: readonly [number, number, number];
  /** Where Y, U and V begin in `data`, or [0, 0, 0]. */
  offsets: readonly [number, number, number];
  /** Where in it the camera's picture is, in pixels: all of it, unless there are borders. */
  content: Rectangle;
  /** GStreamer's caps of it: they tell what colours its values mean. */
  caps: string;
  data: Uint8Array;
}

export const isCoded = (format: PictureFormat): format is CodedFormat =>
  format === 'jpeg' || format === 'png' || format === 'bmp';

/** The same for specs that ask for the same, and different for all others. */
export const specKey = ({ width, height, fit, format, quality }: PictureSpec): string =>
  [width, height, fit, format, format === 'jpeg' ? quality : ''].join(' ');

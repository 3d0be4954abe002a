/** Layouts of raw pixels, with AVA's names. */
export const PIXEL_FORMATS = [
  'yuv420p',
  'rgb565be',
  'rgb565le',
  'rgb555be',
  'rgb555le',
  'rgb24',
  'bgr24',
  'argb',
  'rgba',
  'abgr',
  'bgra',
] as const;

export type PixelFormat = (typeof PIXEL_FORMATS)[number];

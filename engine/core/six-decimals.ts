/**
 * What is published of a share of a picture's side, or of a confidence: a hundredth of a pixel at 8K, and as many digits as a
 * 32-bit fraction really has (0.1 would be published as 0.10000000149011612).
 */
export const sixDecimals = (value: number): number => Math.round(value * 1e6) / 1e6;

export const inSixDecimals = ({ l, t, w, h }: Record<'l' | 't' | 'w' | 'h', number>) => ({
  l: sixDecimals(l),
  t: sixDecimals(t),
  w: sixDecimals(w),
  h: sixDecimals(h),
});

import type { PictureSpec, Rectangle } from '../pictures.js';
import type { StreamCaps } from '../types.js';
import { pixelAspect, scaledSize } from './caps.js';

/** The size of a stream that does not say its own. */
const UNKNOWN = { width: 640, height: 360 };

/** The size of what a spec asks for, of a stream with these caps, and where in it the stream's picture is. */
export const pictureSize = (
  { width, height, fit }: PictureSpec,
  caps: StreamCaps,
): { width: number; height: number; content?: Rectangle } => {
  const { width: ownWidth = UNKNOWN.width, height: ownHeight = UNKNOWN.height } = caps;
  if (fit === undefined) {
    const wanted = width ?? ownWidth;
    return height === undefined ? scaledSize(caps, wanted) : { width: wanted, height };
  }
  const aspect = (ownWidth * pixelAspect(caps.text)) / ownHeight;
  if (width === undefined && height === undefined) return { width: ownWidth, height: ownHeight };
  if (height === undefined) return { width: width!, height: rounded(width! / aspect) };
  if (width === undefined) return { width: rounded(height * aspect), height };
  switch (fit) {
    case 'stretch':
      return { width, height };
    case 'inside': {
      const isWide = width / height <= aspect;
      return isWide ? { width, height: rounded(width / aspect) } : { width: rounded(height * aspect), height };
    }
    case 'pad':
      return { width, height, content: padded(width, height, aspect) };
  }
};

/** As `videoconvertscale add-borders=true` places it. */
const padded = (width: number, height: number, aspect: number): Rectangle => {
  // The smallest part of a pixel keeps a quotient that should be whole from ending up just below it.
  const fitted = Math.max(1, Math.floor(width / aspect + 1e-9));
  if (fitted <= height) return { left: 0, top: Math.floor((height - fitted) / 2), width, height: fitted };
  const narrowed = Math.max(1, Math.floor(height * aspect + 1e-9));
  return { left: Math.floor((width - narrowed) / 2), top: 0, width: narrowed, height };
};

const rounded = (side: number): number => Math.max(1, Math.round(side));

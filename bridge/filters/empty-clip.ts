import { statSync } from 'node:fs';
import { boxes, withFile } from '../mp4-boxes.js';

/** Longer than any header of one track; the boxes of media come behind it. */
const HEADER_LIMIT = 8192;
/** What a file of the muxer begins with. It hides its first header (`htyp`) while it finalises. */
const FIRST_BOXES: ReadonlySet<string> = new Set(['ftyp', 'htyp']);
/** What the header of a box takes at most. */
const LONGEST_HEADER = 16;

/** Whether a clip that failed came no further than its header. False for a file that is no MP4: it is not ours. */
export const holdsNoMedia = (path: string): boolean => {
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined || size > HEADER_LIMIT) return false;
  return withFile(path, (source) => {
    let end = 0;
    for (const box of boxes(source)) {
      if (box.start === 0 && !FIRST_BOXES.has(box.type)) return false;
      if (box.type === 'mdat' && Math.min(box.end, size) - box.start > LONGEST_HEADER) return false;
      end = box.end;
    }
    return size - end < LONGEST_HEADER;
  });
};

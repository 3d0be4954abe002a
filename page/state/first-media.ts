import { ArchiveSource } from '../media/archive-source.js';
import type { Lane } from './lanes.js';

/** The first moment from another on at which one of the lanes has media. @throws ApiError */
export const firstMedia = async (lanes: readonly Lane[], after: number): Promise<number | undefined> => {
  const asked = lanes.map(({ video }) => (video === undefined ? undefined : new ArchiveSource(video).nextMedia(after)));
  const found = (await Promise.all(asked)).filter((time) => time !== undefined);
  return found.length > 0 ? Math.min(...found) : undefined;
};

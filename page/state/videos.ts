import { isMissing } from '../api/http.js';
import { listVideos } from '../api/videos.js';
import { Poll } from './poll.js';

/** The names of all videos. An engine without videos has none. */
export const videos = new Poll<string[]>(async () => {
  try {
    return await listVideos();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}, 60_000);

import { toIso, type UtcRange } from '../core/time.js';

/** Where a clip is found on the engine's HTTP server. */
export const clipUrl = (id: number): string => `/clips/${id}.mp4`;

/** Where a part of a video is found there, as a file. */
export const videoUrl = (name: string, { startUtc, endUtc }: UtcRange): string =>
  `/videos/${encodeURIComponent(name)}/clip.mp4?starttime=${toIso(startUtc)}&endtime=${toIso(endUtc)}`;

import { readMotion } from '../api/cameras.js';
import { isMissing } from '../api/http.js';
import { type Recording, readRanges, readRecordings } from '../api/videos.js';
import { Store } from '../core/store.js';
import { lengthOf, type Span } from '../time/scale.js';
import { TileCache } from '../time/tile-cache.js';

/** Counts what has become known of the archive. */
export const archiveNews = new Store(0);

const told = (): void => archiveNews.set(archiveNews.value + 1);

const BUCKETS = 600;

/** What an engine without such a route, or without such a video, has: nothing. */
const orNothing = async <T>(asked: Promise<T[]>): Promise<T[]> => {
  try {
    return await asked;
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** When there is media. Of videos. */
export const ranges = new TileCache<Span[]>(
  async (video, { start, end }) =>
    (await orNothing(readRanges(video, start, end))).map((range) => ({
      start: Date.parse(range.start),
      end: Date.parse(range.end),
    })),
  told,
);

/** Of videos. */
export const recordings = new TileCache<Recording[]>(
  async (video, { start, end }) => await orNothing(readRecordings(video, start, end)),
  told,
);

export interface MotionStrip extends Span {
  buckets: readonly { time: number; energy: number }[];
  /** Length of a bucket in ms. */
  step: number;
}

/** Of cameras. */
export const motion = new TileCache<MotionStrip>(async (camera, tile) => {
  const buckets = await orNothing(readMotion(camera, tile.start, tile.end, BUCKETS));
  return {
    ...tile,
    buckets: buckets
      .filter(({ energy }) => energy > 0)
      .map(({ start, energy }) => ({ time: Date.parse(start), energy })),
    step: lengthOf(tile) / BUCKETS,
  };
}, told);

/** The recordings of a video in a span, each once, oldest first. */
export const recordingsIn = (video: string, span: Span): Recording[] => {
  const found = new Map(
    recordings
      .of(video, span)
      .flat()
      .map((recording) => [recording.id, recording]),
  );
  return [...found.values()]
    .filter(({ start, end }) => Date.parse(start) < span.end && (end === undefined || Date.parse(end) > span.start))
    .sort((a, b) => a.start.localeCompare(b.start));
};

export const hasMediaAt = (video: string, time: number): boolean =>
  ranges
    .of(video, { start: time - 1, end: time + 1 })
    .flat()
    .some(({ start, end }) => time >= start && time < end);

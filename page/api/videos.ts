import { getBytes, getJson, pathOf, send } from './http.js';

export interface TimeRange {
  start: string;
  end: string;
}

export interface Recording {
  id: string;
  start: string;
  end?: string;
  open: boolean;
  pipeline: string;
  sink: string;
  correlationId?: string;
  cause?: { eventType: string; subject: string };
  seen: boolean;
  protected: boolean;
}

const videoPath = (video: string, rest: string): string => `/videos/${encodeURIComponent(video)}/${rest}`;

const iso = (ms: number): string => new Date(ms).toISOString();

/** The names of all videos, those without a camera too. @throws ApiError */
export const listVideos = async (): Promise<string[]> =>
  (await getJson<{ value: { name: string }[] }>('/videos')).value.map(({ name }) => name);

/** When there is media. @throws ApiError */
export const readRanges = async (
  video: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<TimeRange[]> => {
  const query = { precision: 'full', starttime: iso(start), endtime: iso(end) };
  return (await getJson<{ timeRanges: TimeRange[] }>(videoPath(video, 'availableMedia'), query, signal)).timeRanges;
};

/** The days of UTC with media, as `2026-11-27`. @throws ApiError */
export const readDays = async (video: string, start: number, end: number): Promise<string[]> => {
  const query = { precision: 'day', starttime: iso(start), endtime: iso(end) };
  const { timeRanges } = await getJson<{ timeRanges: TimeRange[] }>(videoPath(video, 'availableMedia'), query);
  return timeRanges.map((range) => range.start);
};

/** Oldest first. @throws ApiError */
export const readRecordings = async (
  video: string,
  start: number,
  end: number,
  signal?: AbortSignal,
): Promise<Recording[]> => {
  const query = { starttime: iso(start), endtime: iso(end) };
  return (await getJson<{ value: Recording[] }>(videoPath(video, 'recordings'), query, signal)).value;
};

const recordingPath = (video: string, id: string, rest: string): string =>
  videoPath(video, `recordings/${encodeURIComponent(id)}/${rest}`);

/** @throws ApiError */
export const markSeen = async (video: string, id: string): Promise<void> => {
  await send('POST', recordingPath(video, id, 'seen'));
};

/** @throws ApiError */
export const protectRecording = async (video: string, id: string, on: boolean): Promise<void> => {
  await send(on ? 'POST' : 'DELETE', recordingPath(video, id, 'protect'));
};

/** The addresses of playlists, media and headers are relative to this one. */
export const manifestPath = (video: string, start: number, end: number): string =>
  videoPath(video, `content/manifest(format=m3u8-cmaf,starttime=${iso(start)},endtime=${iso(end)}).m3u8`);

export const readContent = (manifest: string, uri: string, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> =>
  getBytes(contentPath(manifest, uri), signal);

/** @throws ApiError */
export const readText = async (path: string): Promise<string> => (await send('GET', path)).text();

export const contentPath = (manifest: string, uri: string): string =>
  new URL(uri, new URL(manifest, location.href)).pathname;

export const previewUrl = (video: string, time: number, width: number): string =>
  pathOf(videoPath(video, 'preview.jpg'), { time: iso(time), width });

/** A JPEG. Nothing else waits for it. @throws ApiError */
export const readPreview = async (video: string, time: number, width: number, signal: AbortSignal): Promise<Blob> =>
  (await send('GET', previewUrl(video, time, width), { signal, priority: 'low' })).blob();

export const clipUrl = (video: string, start: number, end: number): string =>
  pathOf(videoPath(video, 'clip.mp4'), { starttime: iso(start), endtime: iso(end) });

export const exportUrl = (videos: readonly string[], start: number, end: number): string =>
  pathOf('/export.zip', { videos: videos.join(','), starttime: iso(start), endtime: iso(end) });

import { getJson, pathOf, send } from './http.js';

/** A file of a FileSink. */
export interface Clip {
  id: string;
  pipeline: string;
  sink: string;
  path: string;
  start: string;
  end?: string;
  /** In seconds. */
  duration?: number;
  bytes?: number;
  cause?: { eventType: string; subject: string };
  incomplete: boolean;
  protected: boolean;
  seen: boolean;
  urls: { file: string; thumbnail: string };
}

export interface ClipPage {
  value: Clip[];
  '@continuationToken'?: string;
}

/** Newest first. @throws ApiError */
export const listClips = (pipeline: string, token?: string): Promise<ClipPage> =>
  getJson<ClipPage>('/clips', { pipeline, limit: 60, '@continuationToken': token });

const clipPath = (id: string, rest = ''): string => `/clips/${encodeURIComponent(id)}${rest}`;

export const clipFile = (id: string): string => pathOf(clipPath(id, '.mp4'));

export const clipPicture = (id: string): string => pathOf(clipPath(id, '.jpg'), { width: 192 });

/** @throws ApiError */
export const deleteClip = async (id: string): Promise<void> => {
  await send('DELETE', clipPath(id));
};

/** @throws ApiError */
export const protectClip = async (id: string, on: boolean): Promise<void> => {
  await send(on ? 'POST' : 'DELETE', clipPath(id, '/protect'));
};

/** @throws ApiError */
export const seeClip = async (id: string): Promise<void> => {
  await send('POST', clipPath(id, '/seen'));
};

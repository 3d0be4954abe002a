import { getJson, pathOf } from './http.js';

export interface Camera {
  name: string;
  /** Without credentials. Absent while no live pipeline runs. */
  address?: string;
  pipelines: readonly string[];
  topologies: readonly string[];
  /** `streaming`, what goes before it, or `inactive` where no live pipeline runs. */
  connection: string;
  connected: boolean;
  /** Why it is away, and since when; ISO. */
  problem?: { code: string; message: string; since?: string };
  /** The machine is overloaded: keyframes alone are decoded, since then; ISO. */
  decodedLess?: { cause: string; since: string };
  video?: { codec: string; width: number; height: number };
  /** Names of the videos that its VideoSinks write. */
  videos: readonly string[];
  recording: boolean;
  live: boolean;
}

/** @throws ApiError */
export const listCameras = async (): Promise<Camera[]> => (await getJson<{ value: Camera[] }>('/cameras')).value;

const cameraPath = (name: string, rest: string): string => `/cameras/${encodeURIComponent(name)}/${rest}`;

/** @param version makes it another picture for the browser's cache */
export const snapshotUrl = (name: string, width: number, version: number): string =>
  pathOf(cameraPath(name, 'snapshot.jpg'), { width, at: version });

export const livePath = (name: string): string => cameraPath(name, 'live');

export interface MotionBucket {
  start: string;
  /** 0 to 255. */
  energy: number;
}

/** @throws ApiError */
export const readMotion = async (name: string, start: number, end: number, buckets: number): Promise<MotionBucket[]> =>
  (
    await getJson<{ value: MotionBucket[] }>(cameraPath(name, 'motion'), {
      starttime: new Date(start).toISOString(),
      endtime: new Date(end).toISOString(),
      buckets,
    })
  ).value;

/** A part of the picture, in fractions of its size. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Sensitivity = 'low' | 'medium' | 'high';

export interface FoundMotion {
  start: string;
  end: string;
  energy: number;
}

/** @throws ApiError */
export const searchMotion = async (
  name: string,
  { x, y, width, height }: Region,
  start: number,
  end: number,
  sensitivity: Sensitivity,
  signal?: AbortSignal,
): Promise<FoundMotion[]> => {
  const query = {
    region: [x, y, width, height].map((part) => part.toFixed(4)).join(','),
    starttime: new Date(start).toISOString(),
    endtime: new Date(end).toISOString(),
    sensitivity,
  };
  return (await getJson<{ value: FoundMotion[] }>(cameraPath(name, 'motion/search'), query, signal)).value;
};

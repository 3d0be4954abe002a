import type { CameraModel } from './ground.js';

const loose = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const parsed = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
};

/**
 * The container's CAMERA_CONFIG: `{"cameras": [{"camera_height": 13.1, "camera_focal_length": 297.6,
 * "camera_tiltup_angle": 0.97}]}`, in feet, pixels and radians from straight down.
 * @returns undefined if it describes no camera
 */
export const cameraOf = (configuration: unknown): CameraModel | undefined => {
  const { cameras } = loose(parsed(configuration)) as { cameras?: unknown };
  const camera = loose(Array.isArray(cameras) ? cameras[0] : undefined);
  const [height, focalLength, tilt] = ['camera_height', 'camera_focal_length', 'camera_tiltup_angle'].map((property) =>
    Number(camera[property] ?? Number.NaN),
  ) as [number, number, number];
  const usable = height > 0 && focalLength > 0 && tilt >= 0 && tilt <= Math.PI;
  return usable && Number.isFinite(height + focalLength) ? { height, focalLength, tilt } : undefined;
};

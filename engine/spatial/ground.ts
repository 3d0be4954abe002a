import { type Box, focusOf, type Point } from './geometry.js';

/** A camera above level ground, as the spatial-analysis container's calibration describes one. */
export interface CameraModel {
  /** Above the ground, in feet. */
  readonly height: number;
  /** In pixels of the pictures that are analysed. */
  readonly focalLength: number;
  /** From straight down, in radians: π/2 looks to the horizon. */
  readonly tilt: number;
}

/** In pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Assumed of everybody who stands in the picture of a camera that is not calibrated, in feet: 1.7 m. */
const PERSON_HEIGHT = 5.58;

/** Nothing is measured closer to the horizon than this. */
const LEAST_DESCENT = 0.01;

/** Where on the ground a point of the picture is, in feet from the spot below the camera; undefined above the horizon. */
const onGround = (camera: CameraModel, { width, height }: PictureSize, [x, y]: Point): Point | undefined => {
  const right = ((x - 0.5) * width) / camera.focalLength;
  const down = ((y - 0.5) * height) / camera.focalLength;
  const descent = Math.cos(camera.tilt) + down * Math.sin(camera.tilt);
  if (descent < LEAST_DESCENT) return undefined;
  const far = camera.height / descent;
  return [right * far, (Math.sin(camera.tilt) - down * Math.cos(camera.tilt)) * far];
};

/** Distance of two people in feet; undefined if it cannot be told. */
export type Measure = (one: Box, other: Box, size: PictureSize) => number | undefined;

export const measuredBy =
  (camera: CameraModel): Measure =>
  (one, other, size) => {
    const [from, to] = [one, other].map((box) => onGround(camera, size, focusOf(box, 'footprint')));
    return from && to ? Math.hypot(from[0] - to[0], from[1] - to[1]) : undefined;
  };

/**
 * Without calibration: across the picture, with the height of the people as the scale. What lies behind something else
 * is farther away than this says.
 */
export const estimated: Measure = (one, other, { width, height }) => {
  const tall = ((one.h + other.h) / 2) * height;
  if (tall <= 0) return undefined;
  const [from, to] = [focusOf(one, 'footprint'), focusOf(other, 'footprint')];
  return (Math.hypot((from[0] - to[0]) * width, (from[1] - to[1]) * height) / tall) * PERSON_HEIGHT;
};

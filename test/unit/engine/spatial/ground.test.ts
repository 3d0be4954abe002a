import { describe, expect, it } from 'vitest';
import type { Point } from '../../../../engine/spatial/geometry.js';
import { type CameraModel, estimated, measuredBy } from '../../../../engine/spatial/ground.js';
import { standingOn } from '../../../kit/walks.js';

const SIZE = { width: 640, height: 360 };
const CAMERA: CameraModel = { height: 12, focalLength: 400, tilt: 1.1 };

/** Where a camera sees a point of the ground, so many feet to the right of it and ahead. */
const seenAt = ({ height, focalLength, tilt }: CameraModel, right: number, ahead: number): Point => {
  const depth = ahead * Math.sin(tilt) + height * Math.cos(tilt);
  const below = height * Math.sin(tilt) - ahead * Math.cos(tilt);
  return [0.5 + (focalLength * right) / depth / SIZE.width, 0.5 + (focalLength * below) / depth / SIZE.height];
};

describe('distances', () => {
  it('are those on the ground, if the camera is known', () => {
    const measure = measuredBy(CAMERA);
    const feet = (right: number, ahead: number) => standingOn(seenAt(CAMERA, right, ahead), 0.05, 0.2);
    expect(measure(feet(-3, 20), feet(3, 20), SIZE)).toBeCloseTo(6);
    expect(measure(feet(0, 20), feet(0, 32), SIZE)).toBeCloseTo(12);
    expect(measure(feet(-3, 20), feet(0, 24), SIZE)).toBeCloseTo(5);
  });

  it('cannot be told above the horizon', () => {
    expect(measuredBy({ ...CAMERA, tilt: 1.4 })(standingOn([0.5, 0.2]), standingOn([0.5, 0.9]), SIZE)).toBeUndefined();
  });

  it('are estimated in heights of people, in pixels of the picture', () => {
    const [left, right] = [standingOn([0.25, 0.5], 0.05, 0.5), standingOn([0.75, 0.5], 0.05, 0.5)];
    expect(estimated(left, right, SIZE)).toBeCloseTo((320 / 180) * 5.58);
    expect(estimated(standingOn([0.1, 0.1], 0, 0), standingOn([0.2, 0.1], 0, 0), SIZE)).toBeUndefined();
  });
});

import { expect, it } from 'vitest';
import { ageOf } from '../../../../bench/live/numbered-camera.js';

it('knows the age of a picture in whatever round of the loop', () => {
  expect([120, 20_120, 400_120].map((since) => ageOf(since, 20_000))).toEqual([120, 120, 120]);
  expect(ageOf(-15, 20_000)).toBe(-15);
  expect(ageOf(19_990, 20_000)).toBe(-10);
});

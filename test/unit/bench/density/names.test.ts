import { describe, expect, it } from 'vitest';
import { placeOf, rowName, SIZES, scenesOf } from '../../../../bench/density/names.js';
import { SCENES } from '../../../../engine/simulator/index.js';

describe('a scene in which some things move', () => {
  /** Share of the cameras in front of which something moves, over time. */
  const moving = (count: number): number => {
    const scenes = scenesOf('mixed');
    const shares = Array.from({ length: count }, (_, camera) => {
      const { motion, period } = SCENES.find(({ name }) => name === scenes[camera % scenes.length])!;
      return motion.reduce((sum, { start, end }) => sum + end - start, 0) / period;
    });
    return shares.reduce((sum, share) => sum + share, 0) / count;
  };

  it('has about a fifth of the cameras see something, of few cameras as of many', () => {
    for (const { cameras } of SIZES) {
      expect(moving(cameras)).toBeGreaterThan(0.18);
      expect(moving(cameras)).toBeLessThan(0.28);
    }
  });
});

it('a row is called by its place in the table, who it is, and how many cameras there are', () => {
  expect(rowName('Motion', 5, placeOf('1920x1080', 'busy'))).toBe('1920x1080, busy: Motion, 5 cameras');
  expect(rowName('Motion', 32)).toBe('Motion, 32 cameras');
});

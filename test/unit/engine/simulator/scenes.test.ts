import { describe, expect, it } from 'vitest';
import { SCENES, sceneNamed, sceneRenderer } from '../../../../engine/simulator/scenes.js';
import { movesAt } from '../../../kit/scenes.js';

const WIDTH = 320;
const HEIGHT = 180;
const BLOCK = 10;
const FPS = 5;

/** Mean luma of blocks of 10×10 pixels: sensor noise averages out, what moves does not. */
const blocks = (picture: Uint8Array): number[] => {
  const means: number[] = [];
  for (let by = 0; by < HEIGHT / BLOCK; by++) {
    for (let bx = 0; bx < WIDTH / BLOCK; bx++) {
      let sum = 0;
      for (let y = 0; y < BLOCK; y++) {
        for (let x = 0; x < BLOCK; x++) sum += picture[(by * BLOCK + y) * WIDTH + bx * BLOCK + x]!;
      }
      means.push(sum / BLOCK ** 2);
    }
  }
  return means;
};

/** How far the most changed block is from the median change: light moves all blocks alike (for what lies above black). */
const standingOut = (now: readonly number[], then: readonly number[]): number => {
  const ratios = now.map((mean, index) => (mean - 16) / Math.max(8, then[index]! - 16));
  const middle = [...ratios].sort((a, b) => a - b)[ratios.length >> 1]!;
  return Math.max(...now.map((mean, index) => Math.abs(mean - 16 - middle * Math.max(8, then[index]! - 16))));
};

describe('generated scenes', () => {
  it.each(SCENES.map((scene) => [scene.name, scene] as const))(
    '%s moves by its timetable and no other way',
    (name, scene) => {
      const render = sceneRenderer(scene, WIDTH, HEIGHT, FPS);
      const first = blocks(render(0));
      for (let index = 1; index < scene.period * FPS; index++) {
        const t = index / FPS;
        const change = standingOut(blocks(render(index)), first);
        const sure = movesAt(scene, t - 0.3) && movesAt(scene, t + 0.3);
        const never = !movesAt(scene, t - 0.3) && !movesAt(scene, t) && !movesAt(scene, t + 0.3);
        if (sure) expect([t, change], 'something moves').toEqual([t, expect.toSatisfy((x: number) => x > 5)]);
        if (never && name !== 'headlights') {
          expect([t, change], 'nothing moves').toEqual([t, expect.toSatisfy((x: number) => x < 4)]);
        }
      }
    },
  );

  it('light changes by as much as it says, without motion', () => {
    const scene = sceneNamed('light')!;
    const render = sceneRenderer(scene, WIDTH, HEIGHT, FPS);
    const mean = (t: number): number => {
      const picture = render(Math.round(t * FPS)).subarray(0, WIDTH * HEIGHT);
      return picture.reduce((sum, luma) => sum + luma - 16, 0) / picture.length;
    };
    const usual = mean(2);
    expect(mean(6) / usual).toBeCloseTo(1.25, 1);
    expect(mean(14) / usual).toBeCloseTo(0.6, 1);
    expect(mean(19) / usual).toBeCloseTo(1, 2);
    expect(scene.motion).toEqual([]);
  });

  it('noise is as strong as the scene says, and is never the same twice', () => {
    for (const name of ['quiet', 'night']) {
      const scene = sceneNamed(name)!;
      const render = sceneRenderer(scene, WIDTH, HEIGHT, FPS);
      const one = Uint8Array.from(render(0)).subarray(0, WIDTH * HEIGHT);
      const two = render(1).subarray(0, WIDTH * HEIGHT);
      const deviation = Math.sqrt(one.reduce((sum, luma, i) => sum + (luma - two[i]!) ** 2, 0) / one.length / 2);
      expect(deviation / scene.noise).toBeGreaterThan(0.5);
      expect(deviation / scene.noise).toBeLessThan(1.4);
    }
  });

  it('is the same every time it is rendered from its start', () => {
    const scene = sceneNamed('motion')!;
    const [one, two] = [sceneRenderer(scene, 64, 36, 25), sceneRenderer(scene, 64, 36, 25)];
    for (let index = 0; index < 30; index++) expect(Buffer.compare(one(index), two(index))).toBe(0);
  });

  it('timetables repeat', () => {
    const motion = sceneNamed('motion')!;
    expect([7.9, 8, 11.9, 12, 20, 23.9, 24, 32, 56].map((t) => movesAt(motion, t))).toEqual([
      ...[false, true, true, false, true, true, false, true, true],
    ]);
  });
});

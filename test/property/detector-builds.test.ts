import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import { PlaneScene, randomOf, type Thing } from '../kit/motion-planes.js';

function wander(random: () => number, width: number, height: number): (n: number) => Thing[] {
  const things = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
    x: random() * width,
    y: random() * height,
    w: 4 + random() * 24,
    h: 4 + random() * 24,
    dx: random() * 8 - 4,
    dy: random() * 4 - 2,
    from: random() * 10,
  }));
  return (n) => things.filter((t) => n >= t.from).map((t) => ({ ...t, x: t.x + n * t.dx, y: t.y + n * t.dy }));
}

describe('the detector', () => {
  it('gives the same verdicts in both builds, for odd sizes and strides, with and without chroma', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 150 }),
        fc.integer({ min: 16, max: 110 }),
        fc.integer({ min: 0, max: 7 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (width, height, padding, chroma, seed) => {
          const scene = new PlaneScene({ width, height, padding, chroma, seed });
          const random = randomOf(seed ^ 0x5555);
          const things = wander(random, width, height);
          const step = [40_000, 200_000, 1_000_000][seed % 3] as number;
          const simd = new OfflineDetector({ sensitivity: 'high' }, 'simd');
          const scalar = new OfflineDetector({ sensitivity: 'high' }, 'scalar');
          for (let n = 0; n < 30; n++) {
            const look = { grain: 2, gain: n > 20 ? 1.2 : 1, colour: n > 25 ? 0 : 12 };
            const plane = scene.picture(n * step, things(n), look);
            const strip = (v: ReturnType<OfflineDetector['judge']>) => ({ ...v, detectMicros: 0, latencyMicros: 0 });
            expect(strip(simd.judge(plane))).toEqual(strip(scalar.judge(plane)));
            expect(simd.mask()).toEqual(scalar.mask());
          }
        },
      ),
      { numRuns: 12 },
    );
  });
});

import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { Verdict } from '../../wasm/types.js';
import { PlaneScene, randomOf, type Thing } from '../kit/motion-planes.js';
import { rain } from '../kit/motion-watch.js';

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
            // Much of it is white for a while.
            const gain = n >= 12 && n < 17 ? 2.6 : 1;
            const look = { grain: 2, gain: n > 20 ? 1.2 : gain, colour: n > 25 ? 0 : 12 };
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

  it.each([
    [320, 180],
    [150, 101],
  ])(
    'gives the same verdicts in both builds while it rains, the camera pans and the light goes: %d x %d',
    (width, height) => {
      const scene = new PlaneScene({ width, height, wider: 200 });
      const simd = new OfflineDetector({ sensitivity: 'high' }, 'simd');
      const scalar = new OfflineDetector({ sensitivity: 'high' }, 'scalar');
      const odd: number[] = [];
      let most = 0;
      let dark = 0;
      const told: string[] = [];
      for (let n = 0; n < 100; n++) {
        const things = n >= 10 && n < 50 ? rain(n, 30) : [{ x: 10 + n, y: 30, w: 10, h: 24 }];
        const look = {
          dx: n < 55 ? 0 : Math.min(200, (n - 55) * 40),
          gain: n < 80 ? 1 : 0.08,
          colour: n < 80 ? 12 : 0,
        };
        const plane = scene.picture(n * 200_000, things, look);
        const [verdict, other] = [simd, scalar].map((detector) => ({
          ...detector.judge(plane),
          detectMicros: 0,
          latencyMicros: 0,
        })) as [Verdict, Verdict];
        if (!isDeepStrictEqual(verdict, other) || Buffer.compare(simd.mask(), scalar.mask()) !== 0) odd.push(n);
        told.push(...verdict.scene.filter((change) => change.began).map((change) => change.kind));
        if (n < 50) most = Math.max(most, verdict.insensitive);
        dark = verdict.insensitive;
      }
      expect(odd).toEqual([]);
      expect(told).toContain('moved');
      expect(told).toContain('tampered');
      expect(most).toBeGreaterThan(0.02);
      expect(dark).toBeGreaterThan(0.9);
    },
  );
});

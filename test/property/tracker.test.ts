import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OfflineTracker } from '../../wasm/tracker/offline.js';
import type { Detection, TrackerAccuracy, Tracks } from '../../wasm/types.js';
import { PlaneScene, randomOf } from '../kit/motion-planes.js';

const strip = (tracks: Tracks) => ({ ...tracks, trackMicros: 0, latencyMicros: 0 });

/** Boxes of any kind, those included that are none. */
function detectionsOf(random: () => number): Detection[] | null {
  if (random() < 0.4) return null;
  return Array.from({ length: Math.floor(random() * 6) }, () => {
    const odd = random();
    const side = (): number => (odd < 0.05 ? 0 : odd < 0.1 ? Number.NaN : odd < 0.15 ? 3 : 0.02 + random() * 0.5);
    return {
      box: { l: random() * 1.2 - 0.2, t: random() * 1.2 - 0.2, w: side(), h: side() },
      kind: Math.floor(random() * 2),
      score: odd < 0.2 ? Number.POSITIVE_INFINITY * (odd < 0.18 ? 1 : 0) : random(),
    };
  });
}

describe('the tracker', () => {
  it('takes any picture and any box, gives each id once, and says the same in both builds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 200 }),
        fc.integer({ min: 16, max: 150 }),
        fc.constantFrom<TrackerAccuracy>('low', 'medium', 'high'),
        fc.integer({ min: 0, max: 2 ** 31 }),
        (width, height, accuracy, seed) => {
          const random = randomOf(seed);
          const scene = new PlaneScene({ width, height, padding: seed % 5, chroma: seed % 2 === 0, seed });
          const other = new PlaneScene({ width: height, height: width, chroma: false, seed });
          const [simd, scalar] = [new OfflineTracker({ accuracy }, 'simd'), new OfflineTracker({ accuracy }, 'scalar')];
          const ended = new Set<number>();
          let known = new Set<number>();
          let largest = 0;
          let pts = 0;
          for (let n = 0; n < 40; n++) {
            // Time may stand still, leap or run backwards.
            pts += n % 13 === 5 ? -200_000 : n % 11 === 4 ? 30_000_000 : 100_000;
            const things = [{ x: n * 4, y: 20, w: 14, h: 30 }];
            const plane = (n > 30 ? other : scene).picture(pts, things, { gain: n > 20 ? 1.3 : 1 });
            const found = detectionsOf(random);
            const tracks = simd.track(plane, found);
            expect(strip(tracks)).toEqual(strip(scalar.track(plane, found)));
            const ids = tracks.objects.map(({ id }) => id);
            expect(new Set(ids).size).toBe(ids.length);
            for (const { id, box, detection } of tracks.objects) {
              expect(ended.has(id)).toBe(false);
              if (!known.has(id)) expect(id).toBeGreaterThan(0);
              largest = Math.max(largest, id);
              expect([box.l, box.t, box.w, box.h].every((side) => side >= 0 && side <= 1)).toBe(true);
              expect(detection).toBeLessThan(found?.length ?? 0);
            }
            for (const id of tracks.ended) {
              expect(known.has(id)).toBe(true);
              expect(ids).not.toContain(id);
              ended.add(id);
            }
            known = new Set([...known, ...ids]);
          }
          expect(largest).toBeGreaterThanOrEqual(known.size);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keeps to its memory when more is found than it can follow', () => {
    const tracker = new OfflineTracker({ accuracy: 'low' });
    const scene = new PlaneScene({ width: 160, height: 90 });
    const random = randomOf(3);
    const many = (): Detection[] =>
      Array.from({ length: 300 }, () => ({
        box: { l: random() * 0.9, t: random() * 0.9, w: 0.1, h: 0.1 },
        kind: 0,
        score: 0.6 + random() * 0.4,
      }));
    const before = tracker.memory.bytes.length;
    for (let n = 0; n < 6; n++) {
      const { objects } = tracker.track(scene.picture(n * 100_000), many());
      expect(objects.length).toBeLessThanOrEqual(128);
    }
    expect(tracker.memory.bytes.length).toBe(before);
  });
});

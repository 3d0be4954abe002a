import { describe, expect, it } from 'vitest';
import { OfflineDetector } from '../../../wasm/detector/offline.js';
import type { Verdict } from '../../../wasm/types.js';
import { PlaneScene, type Thing } from '../../kit/motion-planes.js';
import { changesOf, motionOf, type Watched, watch } from '../../kit/motion-watch.js';

/** A walker, another light, a pan. */
const eventful = (t: number) => ({
  things: t < 3 || t >= 7 ? [] : [{ x: Math.round(20 + (t - 3) * 40), y: 80, w: 16, h: 40 }],
  look: { gain: t < 8 ? 1 : 1.3, dx: t < 12 ? 0 : Math.min(300, (t - 12) * 300) },
});

const opinionOf = ({ motion, score, boxes, insensitive, energies }: Verdict) => ({
  motion,
  score,
  boxes,
  insensitive,
  energies: energies ? [...energies] : [],
});

describe('pictures between those that are judged', () => {
  it('repeat the verdict, at 30 a second, and tell changes of the scene once', () => {
    const verdicts = watch(18, eventful, 30, 300);
    for (const [n, verdict] of verdicts.entries()) {
      const judged = verdicts[n - (n % 5)] as Watched;
      expect({ n, ...opinionOf(verdict) }).toEqual({ n, ...opinionOf(judged) });
      if (n % 5 > 0) expect(verdict.scene).toEqual([]);
    }
    expect(motionOf(verdicts, 4, 7).length).toBe(90);
    expect(changesOf(verdicts).map(({ kind, began }) => `${kind} ${began}`)).toEqual([
      'lightingChanged true',
      'lightingChanged false',
      'moved true',
      'moved false',
    ]);
  });

  it.each([
    [25, 4],
    [20, 3],
    [10, 2],
  ])('change nothing of what is judged, at %d a second', (rate, step) => {
    const scene = new PlaneScene({ width: 160, height: 90, wider: 300 });
    const [all, some] = [new OfflineDetector({ sensitivity: 'high' }), new OfflineDetector({ sensitivity: 'high' })];
    let found = 0;
    for (let n = 0; n < rate * 16; n++) {
      const { things, look } = eventful(n / rate);
      const picture = scene.picture(
        (n * 1e6) / rate,
        things.map((t) => ({ ...t, x: t.x - 20, y: 30 })),
        look,
      );
      const verdict = all.judge(picture);
      if (n % step > 0) continue;
      const alone = some.judge(picture);
      expect({ n, ...opinionOf(verdict), scene: verdict.scene }).toEqual({
        n,
        ...opinionOf(alone),
        scene: alone.scene,
      });
      found += Number(verdict.motion);
    }
    expect(found).toBeGreaterThan(5);
  });
});

describe('an object that came to rest', () => {
  // It comes from 6 s to 10 s, and a twentieth of it flickers from 12 s on.
  const LEAVES = 23;
  const resting = (w: number) => (t: number) => {
    if (t < 6) return {};
    const x = Math.round(20 + Math.min(4, t - 6) * 30 + Math.max(0, t - LEAVES) * 30);
    const lit = Math.floor(t * 5 + 1e-6) % 2 === 1;
    const lamp: Thing = { x: x + 4, y: 74, w: 8, h: Math.round((w * 40) / 20 / 8), level: lit ? 220 : 20 };
    const body: Thing = { x, y: 70, w, h: 40 };
    return { things: t < 12 ? [body] : [body, lamp] };
  };

  it.each([
    [5, 20],
    [5, 30],
    [5, 40],
    [10, 30],
    [30, 30],
  ])(
    'is silent for ten seconds though some of it flickers, and is found when it moves off: %d a second, %d wide',
    (rate, w) => {
      const verdicts = watch(26, resting(w), rate);
      expect(motionOf(verdicts, 7, 10).length).toBe(3 * rate);
      expect(motionOf(verdicts, 12, 22)).toEqual([]);
      expect(motionOf(verdicts, LEAVES)[0]).toBeLessThanOrEqual(LEAVES + 1);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { OfflineDetector } from '../../../wasm/detector/offline.js';
import { ENERGY_GRID, type Verdict } from '../../../wasm/types.js';
import { PlaneScene, type Thing } from '../../kit/motion-planes.js';

type Look = Parameters<PlaneScene['picture']>[2];

/** Judges `seconds` of a scene at five pictures a second. */
function watch(
  seconds: number,
  show: (t: number) => { things?: Thing[]; look?: Look },
  size = { width: 320, height: 180 },
): (Verdict & { t: number })[] {
  const scene = new PlaneScene(size);
  const detector = new OfflineDetector({ sensitivity: 'medium' });
  return Array.from({ length: Math.round(seconds * 5) }, (_, n) => {
    const t = n / 5;
    const { things, look } = show(t);
    return { ...detector.judge(scene.picture(Math.round(t * 1e6), things, look)), t };
  });
}

const motion = (verdicts: (Verdict & { t: number })[], from = 0, to = Number.POSITIVE_INFINITY): number =>
  verdicts.filter((v) => v.motion && v.t >= from && v.t < to).length;

const began = (verdicts: (Verdict & { t: number })[], kind: string): (Verdict & { t: number })[] =>
  verdicts.filter((v) => v.scene.some((s) => s.kind === kind && s.began));

describe('the detector', () => {
  it('is silent over a quiet scene, whatever its noise', () => {
    for (const grain of [0.5, 3, 8, 14]) expect(motion(watch(20, () => ({ look: { grain } })))).toBe(0);
  });

  it('finds a walker within a second, with a box around it', () => {
    const verdicts = watch(14, (t) => ({
      things: t < 8 ? [] : [{ x: 40 + (t - 8) * 20, y: 80, w: 16, h: 40 }],
    }));
    expect(motion(verdicts, 0, 8)).toBe(0);
    const first = verdicts.find((v) => v.motion);
    expect(first?.t).toBeLessThan(9);
    const during = verdicts.filter((v) => v.motion && v.t > 9);
    expect(during.length).toBeGreaterThan(15);
    for (const v of during) {
      const x = (40 + (v.t - 8) * 20) / 320;
      const box = v.boxes.find((b) => x + 0.025 >= b.l && x + 0.025 <= b.l + b.w && b.t <= 0.6 && b.t + b.h >= 0.5);
      expect(box).toBeDefined();
      for (const b of v.boxes) {
        expect(b.l >= 0 && b.t >= 0 && b.l + b.w <= 1.0001 && b.t + b.h <= 1.0001).toBe(true);
      }
    }
  });

  it('says in which fields of the grid it moves, and nothing of quiet pictures', () => {
    const verdicts = watch(14, (t) => ({
      things: t < 8 ? [] : [{ x: 40 + (t - 8) * 20, y: 80, w: 16, h: 40 }],
    }));
    const quiet = verdicts.filter((v) => v.t < 8 && v.energies);
    expect(quiet.length).toBeLessThan(4);
    const during = verdicts.filter((v) => v.motion && v.t > 9);
    for (const v of during) {
      const centre = (40 + 8 + (v.t - 8) * 20) / 320;
      const [column, row] = [Math.floor(centre * ENERGY_GRID), Math.floor((100 / 180) * ENERGY_GRID)];
      const near = [...v.energies!].flatMap((energy, index) => {
        const across = Math.abs((index % ENERGY_GRID) - column);
        return across <= 2 && Math.abs(Math.floor(index / ENERGY_GRID) - row) <= 3 ? [energy] : [];
      });
      const sum = (values: Iterable<number>) => [...values].reduce((total, each) => total + each, 0);
      expect(Math.max(...near)).toBeGreaterThan(100);
      expect(sum(near)).toBeGreaterThan(sum(v.energies!) * 0.8);
    }
  });

  it('finds someone tiny who walks at a distance', () => {
    const verdicts = watch(16, (t) => ({
      things: t < 8 ? [] : [{ x: 100 + (t - 8) * 8, y: 60, w: 4, h: 10, level: 5 }],
    }));
    expect(motion(verdicts, 8)).toBeGreaterThan(3);
  });

  it('says that the light changed, and calls it no motion', () => {
    const verdicts = watch(24, (t) => ({ look: { gain: t < 10 ? 1 : 1.25 } }));
    expect(motion(verdicts)).toBe(0);
    expect(began(verdicts, 'lightingChanged').length).toBe(1);
    expect(began(verdicts, 'lightingChanged')[0]?.t).toBeCloseTo(10, 0);
  });

  it('takes the loss of colour for a switch to infrared', () => {
    const verdicts = watch(20, (t) => ({
      look: { colour: t < 10 ? 14 : 0, gain: t < 10 ? 1 : 1.3, grain: t < 10 ? 2 : 5 },
    }));
    expect(motion(verdicts)).toBe(0);
    const causes = verdicts.flatMap((v) => v.scene.filter((s) => s.began).map((s) => s.cause));
    expect(causes).toContain('infrared');
  });

  it('forgets an object that was put down', () => {
    const verdicts = watch(60, (t) => ({ things: t < 10 ? [] : [{ x: 150, y: 80, w: 30, h: 30 }] }));
    expect(motion(verdicts, 40)).toBe(0);
  });

  it('is not fooled by a clock that ticks in the picture', () => {
    const verdicts = watch(60, (t) => ({
      things: [
        { x: 20, y: 10, w: 6, h: 9, level: (Math.floor(t) % 10) * 20 },
        { x: 12, y: 10, w: 6, h: 9, level: (Math.floor(t / 10) % 6) * 35 },
      ],
    }));
    expect(motion(verdicts, 2)).toBe(0);
  });

  it('says when the stream is frozen, and when it goes on', () => {
    const scene = new PlaneScene({ width: 160, height: 90 });
    const detector = new OfflineDetector({ sensitivity: 'medium' });
    const seen: string[] = [];
    for (let n = 0; n < 10; n++) detector.judge(scene.picture(n * 200_000));
    const frozen = scene.picture(0);
    for (let n = 10; n < 60; n++) {
      for (const s of detector.judge({ ...frozen, pts: n * 200_000 }).scene) seen.push(`${s.kind} ${s.began}`);
    }
    for (const s of detector.judge(scene.picture(60 * 200_000)).scene) seen.push(`${s.kind} ${s.began}`);
    expect(seen).toEqual(['frozen true', 'frozen false']);
  });

  it('says when the lens is covered', () => {
    const verdicts = watch(20, (t) => ({ look: t < 10 ? {} : { gain: 0.02, grain: 1 } }));
    expect(began(verdicts, 'tampered').length).toBe(1);
  });

  it('gives the same verdicts for the same pictures', () => {
    const show = (t: number) => ({ things: [{ x: t * 15, y: 50, w: 20, h: 30 }] });
    const strip = (vs: Verdict[]) => vs.map((v) => ({ ...v, detectMicros: 0, latencyMicros: 0 }));
    expect(strip(watch(8, show))).toEqual(strip(watch(8, show)));
  });

  it('explains a verdict', () => {
    const verdicts = watch(12, (t) => ({ things: t < 8 ? [] : [{ x: 40 + (t - 8) * 20, y: 80, w: 16, h: 40 }] }));
    const why = verdicts.find((v) => v.motion && v.t > 9)?.why;
    expect(why).toMatchObject({ threshold: 10, suppressed: { light: expect.any(Number) } });
    expect((why?.regions ?? []) as { state: string }[]).toMatchObject([{ state: 'motion' }]);
    expect(why?.changedShare).toBeGreaterThan(0);
  });
});

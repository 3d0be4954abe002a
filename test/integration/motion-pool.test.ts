import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { builtFile } from '../../wasm/detector/kernel.js';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import { openMotionPool } from '../../wasm/index.js';
import type { MotionPool, Verdict } from '../../wasm/types.js';
import { PlaneScene } from '../kit/motion-planes.js';

let pool: MotionPool | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const strip = (v: Verdict) => ({ ...v, detectMicros: 0, latencyMicros: 0 });

/** Resolves each time a verdict has come. */
function inbox() {
  const verdicts: Verdict[] = [];
  const errors: Error[] = [];
  let wake: (() => void) | undefined;
  return {
    verdicts,
    errors,
    handlers: {
      onVerdict: (v: Verdict) => {
        verdicts.push(v);
        wake?.();
      },
      onError: (e: Error) => {
        errors.push(e);
        wake?.();
      },
    },
    async until(n: number): Promise<void> {
      while (verdicts.length + errors.length < n) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

describe('the motion pool', () => {
  it('runs its worker from a built file', () => {
    expect(existsSync(builtFile('detector/worker.js'))).toBe(true);
  });

  it.each([
    ['vectors', true],
    ['scalar code', false],
  ])('gives the verdicts of the detector alone, with %s and two workers', async (_, simd) => {
    pool = await openMotionPool({ threads: 2, simd });
    expect(pool.stats()).toMatchObject({ threads: 2, simd, cameras: 0 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    const alone = new OfflineDetector({ sensitivity: 'medium' });
    const scene = new PlaneScene({ width: 161, height: 91 });
    for (let n = 0; n < 40; n++) {
      const plane = scene.picture(n * 200_000, n < 20 ? [] : [{ x: (n - 20) * 5, y: 30, w: 14, h: 30 }]);
      expect(camera.submit(plane)).toBe('taken');
      await box.until(n + 1);
      expect(strip(box.verdicts[n] as Verdict)).toEqual(strip(alone.judge(plane)));
    }
    expect(box.verdicts.some((v) => v.motion)).toBe(true);
    expect(box.verdicts.every((v) => v.detectMicros > 0 && v.latencyMicros >= v.detectMicros)).toBe(true);
    expect(camera.stats).toEqual({ frames: 40, replaced: 0 });
    expect(camera.debugPicture()).toMatchObject({ width: 161, height: 91 });
  });

  it('shows the picture that was judged, and before one was asked for what the model knows of it', async () => {
    pool = await openMotionPool({ threads: 1 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    const scene = new PlaneScene({ width: 160, height: 90 });
    const thing = { x: 60, y: 30, w: 16, h: 24, level: 220 };
    const submit = async (n: number, things: readonly (typeof thing)[]) => {
      const plane = scene.picture(n * 200_000, things, { grain: 1 });
      camera.submit(plane);
      await box.until(n + 1);
      return plane;
    };
    expect(camera.debugPicture()).toBeUndefined();
    for (let n = 0; n < 30; n++) await submit(n, []);
    const luma = (n: number, things: readonly (typeof thing)[]) => submit(n, things).then((plane) => plane.data);
    const difference = (data: Uint8Array): number => {
      const { rgb } = camera.debugPicture() as { rgb: Uint8Array };
      let sum = 0;
      // The strip above the thing has no tint.
      for (let i = 0; i < 160 * 20; i++) sum += Math.abs((rgb[i * 3] as number) - (data[i] as number));
      return sum / (160 * 20);
    };
    const first = difference(await luma(30, [thing]));
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(4);
    expect(difference(await luma(31, [thing]))).toBe(0);
    // Where the thing is, it is seen either way: lighter than the ground, tinted or not.
    const { rgb } = camera.debugPicture() as { rgb: Uint8Array };
    expect(rgb[(42 * 160 + 68) * 3]).toBeGreaterThan(180);
  });

  it('goes back to before a picture, and judges from there as if it had never seen it', async () => {
    pool = await openMotionPool({ threads: 1 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    const alone = new OfflineDetector({ sensitivity: 'medium' });
    const scene = new PlaneScene({ width: 160, height: 90 });
    const walker = (t: number) => [{ x: 20 + t * 30, y: 30, w: 14, h: 30 }];
    expect(camera.rewind()).toBe(false);
    for (let n = 0; n < 20; n++) {
      const plane = scene.picture(n * 200_000, [], { grain: 1 });
      camera.submit(plane);
      alone.judge(plane);
      await box.until(n + 1);
    }
    camera.submit(scene.picture(6_000_000, walker(2), { grain: 1 }), { returnable: true });
    expect(camera.rewind()).toBe(false);
    await box.until(21);
    expect(box.verdicts[20]!.changedCells).toBeGreaterThan(4);
    expect([camera.rewind(), camera.rewind()]).toEqual([true, false]);
    for (let n = 0; n < 10; n++) {
      const plane = scene.picture(4_000_000 + n * 200_000, walker(n / 5), { grain: 1 });
      camera.submit(plane);
      await box.until(22 + n);
      expect(strip(box.verdicts[21 + n]!)).toEqual(strip(alone.judge(plane)));
    }
    expect(box.verdicts.slice(21).some(({ motion }) => motion)).toBe(true);
  });

  it('lets patient pictures wait in a row, and few of the others', async () => {
    pool = await openMotionPool({ threads: 1 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    const scene = new PlaneScene({ width: 160, height: 90 });
    const submit = (n: number, patient: boolean) => camera.submit(scene.picture(n * 200_000), { patient });
    expect(Array.from({ length: 6 }, (_, n) => submit(n, true))).toEqual(Array(6).fill('taken'));
    const fresh = [6, 7, 8, 9, 10, 11].map((n) => submit(n, false));
    expect(fresh).toEqual(['taken', 'taken', 'taken', 'taken', 'replaced', 'replaced']);
    expect(submit(12, true)).toBe('taken');
    await box.until(11);
    expect(box.verdicts.map(({ pts }) => pts / 200_000)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 11, 12]);
    expect(camera.stats).toEqual({ frames: 11, replaced: 2 });
    const many = Array.from({ length: 70 }, (_, n) => submit(13 + n, true));
    expect(many.filter((outcome) => outcome === 'replaced').length).toBeGreaterThan(0);
    await camera.close();
  });

  it('lets four pictures wait, the latest among them, and counts the others', async () => {
    pool = await openMotionPool({ threads: 1 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    const scene = new PlaneScene({ width: 320, height: 180 });
    const outcomes = Array.from({ length: 6 }, (_, n) => camera.submit(scene.picture(n * 200_000)));
    expect(outcomes).toEqual(['taken', 'taken', 'taken', 'taken', 'replaced', 'replaced']);
    await box.until(4);
    expect(box.verdicts.map((v) => v.pts)).toEqual([0, 200_000, 400_000, 1_000_000]);
    expect(camera.stats).toEqual({ frames: 4, replaced: 2 });
  });

  it('serves many cameras in few tasks, each with its own state', async () => {
    pool = await openMotionPool({ threads: 1 });
    const scene = new PlaneScene({ width: 160, height: 90 });
    const boxes = Array.from({ length: 20 }, inbox);
    const cameras = boxes.map((box) => (pool as MotionPool).attach({ sensitivity: 'medium' }, box.handlers));
    for (let n = 0; n < 30; n++) {
      cameras.forEach((camera, i) => {
        // Something moves on every second camera only.
        const things = n > 20 && i % 2 === 1 ? [{ x: (n - 20) * 8, y: 30, w: 16, h: 30 }] : [];
        camera.submit(scene.picture(n * 200_000, things));
      });
      await Promise.all(boxes.map((box) => box.until(n + 1)));
    }
    boxes.forEach((box, i) => {
      expect(box.verdicts.some((v) => v.motion)).toBe(i % 2 === 1);
    });
    const { tasks, frames } = pool.stats();
    expect(frames).toBe(600);
    expect(tasks).toBeLessThan(200);
  });

  it('begins anew when the size of the pictures changes, without losing memory', async () => {
    pool = await openMotionPool({ threads: 1 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    let memory = 0;
    for (let n = 0; n < 40; n++) {
      const size = n % 2 === 0 ? { width: 320, height: 180 } : { width: 200, height: 112, chroma: false };
      camera.submit(new PlaneScene(size).picture(n * 200_000));
      await box.until(n + 1);
      if (n === 10) memory = pool.stats().memoryBytes;
    }
    expect(box.verdicts.every((v) => !v.motion)).toBe(true);
    expect(pool.stats().memoryBytes).toBe(memory);
  });

  it('delivers nothing after close, and gives the slab to the next camera', async () => {
    pool = await openMotionPool({ threads: 1 });
    const scene = new PlaneScene({ width: 320, height: 180 });
    const first = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, first.handlers);
    camera.submit(scene.picture(0));
    await later(0);
    camera.submit(scene.picture(200_000));
    await camera.close();
    const seen = first.verdicts.length;
    const memory = pool.stats().memoryBytes;
    const second = inbox();
    const next = pool.attach({ sensitivity: 'medium' }, second.handlers);
    next.submit(scene.picture(0));
    await second.until(1);
    expect(first.verdicts.length).toBe(seen);
    expect(pool.stats().memoryBytes).toBe(memory);
    expect(() => camera.submit(scene.picture(0))).toThrow(/closed/);
  });

  it('refuses pictures that do not fit their bytes or that it cannot hold', async () => {
    pool = await openMotionPool({ threads: 1, maximumMemoryMiB: 2 });
    const box = inbox();
    const camera = pool.attach({ sensitivity: 'medium' }, box.handlers);
    const plane = new PlaneScene({ width: 320, height: 180 }).picture(0);
    expect(() => camera.submit({ ...plane, data: plane.data.subarray(0, 1000) })).toThrow(RangeError);
    expect(() => camera.submit({ ...plane, width: 8, height: 8 })).toThrow(RangeError);
    const large = new PlaneScene({ width: 1280, height: 720 }).picture(0);
    expect(() => camera.submit(large)).toThrow(/memory is full/);
    expect(camera.submit(plane)).toBe('taken');
    await box.until(1);
    expect(box.errors).toEqual([]);
  });
});

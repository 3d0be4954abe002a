import { afterEach, describe, expect, it } from 'vitest';
import { openMotionPool } from '../../wasm/index.js';
import { OfflineTracker } from '../../wasm/tracker/offline.js';
import type { Detection, MotionPool, PlaneInput, TrackerPool, Tracks } from '../../wasm/types.js';
import { until } from '../kit/until.js';

let pool: (MotionPool & TrackerPool) | undefined;
afterEach(async () => {
  await pool?.close();
  pool = undefined;
});

const STEP = 66_667;

/** A bright square with a pattern on a dark one, which moves to the right by 3 pixels a picture. */
const planeAt = (n: number, width = 320): PlaneInput => {
  const height = (width * 9) / 16;
  const data = new Uint8Array((width * height * 3) / 2).fill(128);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = 60 + ((x * 7 + y * 13) % 11);
  for (let y = 60; y < 110; y++) {
    for (let x = 40 + 3 * n; x < 80 + 3 * n; x++) data[y * width + x] = 140 + (((x - 3 * n) * (y + 3)) % 97);
  }
  const strides = [width, width / 2, width / 2] as const;
  const offsets = [0, width * height, (width * height * 5) / 4] as const;
  return { pts: n * STEP, width, height, strides, offsets, data };
};

const seenAt = (n: number): Detection[] => [
  { box: { l: (40 + 3 * n) / 320, t: 60 / 180, w: 40 / 320, h: 50 / 180 }, kind: 0, score: 0.9 },
];

const plain = (tracks: Tracks) => ({ ...tracks, trackMicros: 0, latencyMicros: 0 });

describe('trackers in the pool', () => {
  it('give what the same kernel gives on the calling thread, in order', async () => {
    pool = await openMotionPool({ threads: 2 });
    const told: Tracks[] = [];
    const tracker = pool.attachTracker(
      { accuracy: 'medium' },
      { onTracks: (tracks) => told.push(tracks), onError: (error) => expect.fail(error.message) },
    );
    const offline = new OfflineTracker({ accuracy: 'medium' });
    const expected: Tracks[] = [];
    for (let n = 0; n < 20; n++) {
      const detections = n % 5 === 0 ? seenAt(n) : null;
      tracker.submit(planeAt(n), detections);
      expected.push(offline.track(planeAt(n), detections));
      await until('a result', () => told.length === n + 1);
    }
    expect(told.map(plain)).toEqual(expected.map(plain));
    // It is followed where it was not detected.
    const last = told.at(-1)?.objects[0];
    expect(last?.detection).toBe(-1);
    expect(last?.box.l).toBeCloseTo((40 + 3 * 19) / 320, 1);
  });

  it('lose no picture with detections, however many come at once', async () => {
    pool = await openMotionPool({ threads: 1 });
    const told: Tracks[] = [];
    const tracker = pool.attachTracker(
      { accuracy: 'low' },
      { onTracks: (tracks) => told.push(tracks), onError: (error) => expect.fail(error.message) },
    );
    const answers = Array.from({ length: 60 }, (_, n) => tracker.submit(planeAt(n), n % 4 === 0 ? seenAt(n) : null));
    await until('all results', () => told.length === 60 - tracker.stats.replaced);
    const asked = told.filter((each) => each.asked).map(({ pts }) => pts);
    expect(asked).toEqual(Array.from({ length: 15 }, (_, n) => 4 * n * STEP));
    expect(answers.filter((each) => each === 'replaced')).toHaveLength(tracker.stats.replaced);
    expect(told.map(({ pts }) => pts)).toEqual(told.map(({ pts }) => pts).sort((a, b) => a - b));
  });

  it('end all objects where pictures have another size, and give no id twice', async () => {
    pool = await openMotionPool({ threads: 1 });
    const told: Tracks[] = [];
    const tracker = pool.attachTracker(
      { accuracy: 'low' },
      { onTracks: (tracks) => told.push(tracks), onError: (error) => expect.fail(error.message) },
    );
    const submit = async (plane: PlaneInput, detections: Detection[] | null): Promise<void> => {
      const count = told.length + 1;
      tracker.submit(plane, detections);
      await until('a result', () => told.length === count);
    };
    for (let n = 0; n < 4; n++) await submit(planeAt(n), seenAt(n));
    const before = told.flatMap(({ objects }) => objects.map(({ id }) => id));
    const size = told.length;
    for (let n = 4; n < 8; n++) await submit(planeAt(n, 640), seenAt(n));
    expect(told[size]?.ended).toEqual([...new Set(before)]);
    const after = told.slice(size).flatMap(({ objects }) => objects.map(({ id }) => id));
    expect(Math.min(...after)).toBeGreaterThan(Math.max(...before));
  });

  it('have nothing left when they are closed, also in the middle of a picture', async () => {
    pool = await openMotionPool({ threads: 1 });
    const trackers = Array.from({ length: 8 }, () =>
      pool!.attachTracker({ accuracy: 'low' }, { onTracks: () => expect.fail('closed'), onError: () => {} }),
    );
    for (const tracker of trackers) tracker.submit(planeAt(0), seenAt(0));
    await Promise.all(trackers.map((tracker) => tracker.close()));
    expect(pool.stats()).toMatchObject({ cameras: 0, queued: 0 });
    expect(() => trackers[0]?.submit(planeAt(1), null)).toThrow('closed');
  });
});

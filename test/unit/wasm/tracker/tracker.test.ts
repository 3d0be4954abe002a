import { describe, expect, it } from 'vitest';
import { iou } from '../../../../bench/tracking/boxes.js';
import { OfflineTracker } from '../../../../wasm/tracker/offline.js';
import type { Box, Detection, Tracks } from '../../../../wasm/types.js';
import { PlaneScene, type Thing } from '../../../kit/motion-planes.js';

const WIDTH = 320;
const HEIGHT = 180;
const STEP = 100_000;

const boxOf = ({ x, y, w, h }: Thing): Box => ({ l: x / WIDTH, t: y / HEIGHT, w: w / WIDTH, h: h / HEIGHT });
const found = (thing: Thing, score = 0.9, kind = 0): Detection => ({ box: boxOf(thing), kind, score });

/** Follows things through pictures; the detector is asked where `detections` returns a list. */
function follow(
  frames: number,
  things: (n: number) => Thing[],
  detections: (n: number) => Detection[] | null,
): Tracks[] {
  const scene = new PlaneScene({ width: WIDTH, height: HEIGHT });
  const tracker = new OfflineTracker({ accuracy: 'medium' });
  // The ground alone comes first.
  for (let n = -15; n < 0; n++) tracker.track(scene.picture(n * STEP), null);
  return Array.from({ length: frames }, (_, n) => tracker.track(scene.picture(n * STEP, things(n)), detections(n)));
}

const walker = (n: number): Thing => ({ x: 20 + n * 4, y: 60, w: 20, h: 50 });
const idsOf = (all: readonly Tracks[]): number[] => [
  ...new Set(all.flatMap(({ objects }) => objects.map(({ id }) => id))),
];

describe('an object between detections', () => {
  it('keeps its id, and its box goes with the picture', () => {
    const all = follow(
      40,
      (n) => [walker(n)],
      (n) => (n % 10 === 0 ? [found(walker(n))] : null),
    );
    expect(idsOf(all)).toEqual([1]);
    all.forEach(({ objects, asked }, n) => {
      expect(objects).toHaveLength(1);
      expect(iou(objects[0]!.box, boxOf(walker(n)))).toBeGreaterThan(0.7);
      expect(objects[0]!.detection).toBe(n % 10 === 0 ? 0 : -1);
      expect(asked).toBe(n % 10 === 0);
    });
    const last = all.at(-1)!.objects[0]!;
    expect(last.velocity.x * WIDTH).toBeGreaterThan(30);
    expect(last.velocity.x * WIDTH).toBeLessThan(50);
    expect(last).toMatchObject({ ageMicros: 39 * STEP, unseenMicros: 9 * STEP, kind: 0 });
  });

  it('that stands still stays the same', () => {
    const still: Thing = { x: 150, y: 60, w: 24, h: 50 };
    const all = follow(
      100,
      () => [still],
      (n) => (n % 15 === 0 ? [found(still)] : null),
    );
    expect(idsOf(all)).toEqual([1]);
    expect(all.every(({ objects }) => objects.length === 1 && iou(objects[0]!.box, boxOf(still)) > 0.9)).toBe(true);
  });

  it('is told apart from one of another class at the same place', () => {
    const all = follow(
      2,
      (n) => [walker(n)],
      (n) => [found(walker(n), 0.9, n)],
    );
    expect(all[1]!.objects.find(({ detection }) => detection === 0)).toMatchObject({ id: 2, kind: 1 });
  });

  it('is found again with a low score', () => {
    const all = follow(
      20,
      (n) => [walker(n)],
      (n) => (n % 5 === 0 ? [found(walker(n), n === 0 ? 0.9 : 0.3)] : null),
    );
    expect(idsOf(all)).toEqual([1]);
    expect(all[15]!.objects[0]).toMatchObject({ detection: 0 });
    expect(all[15]!.objects[0]!.score).toBeCloseTo(0.3);
  });

  it('is missed once and remains', () => {
    const all = follow(
      30,
      (n) => [walker(n)],
      (n) => (n % 5 !== 0 ? null : n === 15 ? [] : [found(walker(n))]),
    );
    expect(idsOf(all)).toEqual([1]);
    expect(all[17]!.objects).toHaveLength(1);
  });
});

describe('an object', () => {
  it('that is not sure and found only once is not told of', () => {
    const all = follow(
      10,
      () => [],
      (n) => (n === 0 ? [found(walker(0), 0.4)] : []),
    );
    expect(idsOf(all)).toEqual([]);
    expect(all.every(({ ended }) => ended.length === 0)).toBe(true);
  });

  it('that is not sure but found twice is told of from then on', () => {
    const all = follow(
      6,
      (n) => [walker(n)],
      (n) => (n % 5 === 0 ? [found(walker(n), 0.4)] : null),
    );
    expect(all.slice(0, 5).every(({ objects }) => objects.length === 0)).toBe(true);
    expect(all[5]!.objects).toHaveLength(1);
  });

  it('that has gone ends, once, and is not told of while nothing is there', () => {
    const all = follow(
      60,
      (n) => (n < 10 ? [walker(n)] : []),
      (n) => (n < 10 ? [found(walker(n))] : []),
    );
    expect(all.flatMap(({ ended }) => ended)).toEqual([1]);
    expect(all[12]!.objects).toEqual([]);
  });

  it('that leaves the picture ends', () => {
    const leaving = (n: number): Thing => ({ x: 260 + n * 6, y: 60, w: 20, h: 50 });
    const all = follow(
      16,
      (n) => [leaving(n)],
      (n) => (n < 6 ? [found(leaving(n))] : null),
    );
    expect(all.flatMap(({ ended }) => ended)).toEqual([1]);
  });

  it('keeps its id when it meets another', () => {
    const left = (n: number): Thing => ({ x: 40 + n * 5, y: 50, w: 18, h: 50, level: 20 });
    const right = (n: number): Thing => ({ x: 250 - n * 5, y: 70, w: 18, h: 50, level: 200 });
    const all = follow(
      40,
      (n) => [left(n), right(n)],
      (n) => (n % 8 === 0 ? [found(left(n)), found(right(n))] : null),
    );
    const at = (n: number, detection: number) => all[n]!.objects.find((one) => one.detection === detection)!.id;
    expect([at(32, 0), at(32, 1)]).toEqual([at(0, 0), at(0, 1)]);
    expect(idsOf(all)).toHaveLength(2);
  });
});

describe('the tracker', () => {
  it('begins anew with pictures of another size: what it followed ends, and ids go on', () => {
    const tracker = new OfflineTracker({ accuracy: 'low' });
    const detections = [found(walker(0))];
    expect(tracker.track(new PlaneScene({ width: 320, height: 180 }).picture(0), detections).objects[0]!.id).toBe(1);
    const next = tracker.track(new PlaneScene({ width: 160, height: 90 }).picture(STEP), detections);
    expect(next.ended).toEqual([1]);
    expect(next.objects[0]!.id).toBe(2);
  });
});

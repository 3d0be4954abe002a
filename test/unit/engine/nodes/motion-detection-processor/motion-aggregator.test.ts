import { describe, expect, it } from 'vitest';
import {
  type AggregatedMotion,
  MotionAggregator,
  mergeBoxes,
} from '../../../../../engine/nodes/motion-detection-processor/motion-aggregator.js';
import type { Box, Verdict } from '../../../../../wasm/types.js';

const SECOND = 1_000_000;
const box = (l: number, t = 0.1, w = 0.1, h = 0.1): Box => ({ l, t, w, h });

const verdict = (at: number, boxes: Box[] | null, score = 0.5): Verdict => ({
  pts: Math.round(at * SECOND),
  motion: boxes !== null,
  score,
  boxes: boxes ?? [],
  scene: [],
  insensitive: 0,
  changedCells: 0,
  detectMicros: 0,
  latencyMicros: 0,
});

function collect(window: number, verdicts: Verdict[], flush = false): AggregatedMotion[] {
  const out: AggregatedMotion[] = [];
  const aggregator = new MotionAggregator(window * SECOND, (motion) => out.push(motion));
  for (const each of verdicts) aggregator.add(each);
  if (flush) aggregator.flush();
  return out;
}

describe('MotionAggregator', () => {
  it('emits the first frame with motion at once', () => {
    const out = collect(1, [verdict(0, null), verdict(0.2, [box(0.3)])]);
    expect(out).toMatchObject([{ at: 200_000, frames: 1, boxes: [box(0.3)] }]);
  });

  it('gathers what follows into one emission per window', () => {
    const frames = Array.from({ length: 16 }, (_, i) => verdict(i * 0.2, [box(0.1)], i / 20));
    const out = collect(1, frames);
    expect(out.map((motion) => motion.at / SECOND)).toEqual([0, 0.8, 1.8, 2.8]);
    expect(out[1]).toMatchObject({ frames: 4, score: 0.2 });
  });

  it('emits every frame when the window is zero', () => {
    expect(collect(0, [verdict(0, [box(0)]), verdict(0.2, [box(0)]), verdict(0.4, null)])).toHaveLength(2);
  });

  it('emits what waits when the motion is over and its window too', () => {
    const out = collect(1, [verdict(0, [box(0)]), verdict(0.4, [box(0.5)]), verdict(0.6, null), verdict(1.2, null)]);
    expect(out.map((motion) => motion.at / SECOND)).toEqual([0, 0.4]);
  });

  it('loses nothing at the end of the stream', () => {
    const out = collect(1, [verdict(0, [box(0)]), verdict(0.4, [box(0.5)])], true);
    expect(out.at(-1)).toMatchObject({ at: 400_000, boxes: [box(0.5)] });
  });

  it('has no more to say after a flush', () => {
    const aggregator = new MotionAggregator(SECOND, () => {
      throw new Error('nothing was gathered');
    });
    aggregator.flush();
    aggregator.flush();
  });
});

describe('mergeBoxes', () => {
  it('keeps boxes apart that do not touch', () => {
    expect(mergeBoxes([box(0), box(0.5)])).toHaveLength(2);
  });

  it('unites a chain into one box that covers all', () => {
    const [only, ...rest] = mergeBoxes([box(0), box(0.3), box(0.08, 0.1, 0.25)]);
    expect(rest).toEqual([]);
    expect(only?.l).toBeCloseTo(0);
    expect((only?.l ?? 0) + (only?.w ?? 0)).toBeCloseTo(0.4);
  });
});

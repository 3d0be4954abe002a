import { describe, expect, it } from 'vitest';
import { type Labelled, pairs } from '../../../../bench/tracking/boxes.js';
import { labels } from '../../../../bench/tracking/footage.js';
import { type ScoredFrame, score } from '../../../../bench/tracking/metrics.js';
import { simulate } from '../../../../bench/tracking/noise.js';

const at = (id: number, l: number, w = 0.1): Labelled => ({ id, box: { l, t: 0, w, h: 0.1 } });
const frame = (truth: Labelled[], told: Labelled[], bridged = false): ScoredFrame => ({ truth, told, bridged });
const frames = (n: number, of: (i: number) => ScoredFrame): ScoredFrame[] => Array.from({ length: n }, (_, i) => of(i));

describe('the score of tracks', () => {
  it('is full for tracks that are the truth, whatever their numbers', () => {
    const all = frames(10, () => frame([at(1, 0), at(2, 0.5)], [at(70, 0), at(8, 0.5)], true));
    expect(score(all)).toMatchObject({ idf1: 1, switches: 0 });
    for (const value of [score(all).hota, score(all).bridgedIou, score(all).bridgedCover]) expect(value).toBeCloseTo(1);
  });

  it('is nothing without tracks', () => {
    const all = frames(4, () => frame([at(1, 0)], []));
    expect(score(all)).toMatchObject({ hota: 0, idf1: 0, bridgedIou: 0, switches: 0 });
  });

  it('counts a change of id in the middle: half of the frames have another identity', () => {
    const all = frames(10, (i) => frame([at(1, 0)], [at(i < 5 ? 1 : 2, 0)]));
    const { idf1, detA, assA, hota, switches } = score(all);
    // The best identity explains 5 of 10 true and 10 told boxes: 2 · 5 / 20.
    expect(idf1).toBeCloseTo(0.5);
    expect(detA).toBeCloseTo(1);
    // Each hit belongs to a pair with 5 hits of 10 frames in either.
    expect(assA).toBeCloseTo(0.5);
    expect(hota).toBeCloseTo(Math.sqrt(0.5));
    expect(switches).toBe(1);
  });

  it('counts missed and false boxes', () => {
    // Ten true boxes, of which five are told, and five boxes on nothing.
    const all = frames(10, (i) => frame([at(1, 0)], i < 5 ? [at(1, 0)] : [at(1, 0.8)]));
    const { detA, idf1, assA } = score(all);
    expect(detA).toBeCloseTo(5 / 15);
    expect(idf1).toBeCloseTo((2 * 5) / 20);
    expect(assA).toBeCloseTo(5 / 15);
  });

  it('asks for more overlap step by step', () => {
    // Boxes of 0.1 that are 0.02 apart: 0.08 of 0.12 in common, so 13 of the 19 thresholds are met.
    const all = frames(4, () => frame([at(1, 0)], [at(1, 0.02)], true));
    expect(score(all).detA).toBeCloseTo(13 / 19);
    expect(score(all).bridgedIou).toBeCloseTo(2 / 3);
    expect(score(all).idf1).toBe(1);
  });

  it('measures boxes of bridged frames only, and boxes that nobody lies on as nothing', () => {
    const all = [frame([at(1, 0)], [at(1, 0)], false), frame([at(1, 0), at(2, 0.5)], [at(1, 0.02)], true)];
    expect(score(all).bridgedIou).toBeCloseTo(2 / 3);
    expect(score(all).bridgedCover).toBeCloseTo(1 / 3);
  });
});

describe('pairs', () => {
  it('are those of the largest sum, and never worth nothing', () => {
    expect(
      pairs([
        [0.9, 0.8],
        [0.8, 0],
      ]).sort(),
    ).toEqual([
      [0, 1],
      [1, 0],
    ]);
    expect(pairs([[0.5, 0]])).toEqual([[0, 0]]);
    expect(pairs([[0], [0.2]])).toEqual([[1, 0]]);
    expect(pairs([[0, 0]])).toEqual([]);
    expect(pairs([])).toEqual([]);
  });
});

describe('the simulated detector', () => {
  const truth = frames(300, () => frame([at(1, 0.2), at(2, 0.6)], [])).map((one) => one.truth);

  it('tells of every k-th frame, and of the same with the same seed', () => {
    const all = simulate(truth, { every: 15, phase: 4, seed: 3 });
    expect(all.flatMap((found, i) => (found === null ? [] : [i])).slice(0, 3)).toEqual([4, 19, 34]);
    expect(simulate(truth, { every: 15, phase: 4, seed: 3 })).toEqual(all);
    expect(simulate(truth, { every: 15, phase: 4, seed: 4 })).not.toEqual(all);
  });

  it('misses and invents as often as it is told to', () => {
    const all = simulate(truth, { every: 1, phase: 0, seed: 1, noise: { jitter: 0, misses: 0.1, falses: 0.02 } });
    const found = all.flat().filter((one) => one !== null);
    const right = found.filter(
      ({ box }) => Math.min(Math.abs(box.l - 0.2), Math.abs(box.l - 0.6)) < 1e-9 && box.t === 0,
    );
    expect(right.length / 600).toBeGreaterThan(0.85);
    expect(right.length / 600).toBeLessThan(0.95);
    expect(found.length - right.length).toBeGreaterThan(2);
    expect(found.length - right.length).toBeLessThan(30);
  });
});

describe('labels', () => {
  it('are read from lines of frame, id and box in pixels, but for those that do not count', () => {
    const all = labels('1,4,10,20,30,40,1,-1,-1,-1\n3,4,0,0,10,10,1\n3,5,0,0,10,10,0\n', 100, 200);
    expect(all).toEqual([
      [{ id: 4, box: { l: 0.1, t: 0.1, w: 0.3, h: 0.2 } }],
      [],
      [{ id: 4, box: { l: 0, t: 0, w: 0.1, h: 0.05 } }],
    ]);
  });
});

import { expect, it } from 'vitest';
import { type ClipPhases, figuresOf, type Judgement } from '../../../../bench/accuracy/figures.js';

const judgement = (hits: number, falseSeconds: number, latency: number, pixelF?: number): Judgement => ({
  pixelF,
  score: {
    events: 2,
    hits,
    missed: [],
    cleanLatencies: [{ start: 5, seconds: latency }],
    coveredSeconds: 10,
    labelledSeconds: 10,
    foundSeconds: Array.from({ length: hits * 2 }, (_, i) => i),
    lostSeconds: Array.from({ length: 4 - hits * 2 }, (_, i) => i),
    negativeSeconds: 20,
    falseSeconds: Array.from({ length: falseSeconds }, (_, i) => i),
    falseStarts: [],
  },
});

const clip = (phases: Judgement[], what: Partial<ClipPhases['clip']> = {}): ClipPhases => ({
  clip: { name: 'clip', pooled: true, nuisance: false, old: true, ...what },
  phases,
});

it('takes each clip in the phase that is worst for the figure', () => {
  const { recall, found, falseShare } = figuresOf([
    clip([judgement(1, 0, 0.1), judgement(2, 4, 0.2)]),
    clip([judgement(2, 2, 0.1), judgement(1, 0, 0.3), judgement(0, 1, 0.1)]),
  ]);
  expect(recall).toEqual({ worst: 1 / 4, mean: (1.5 + 1) / 4, best: 1, of: 4 });
  expect(found).toMatchObject({ worst: 2 / 8, best: 1 });
  expect(falseShare).toEqual({ worst: 6 / 40, mean: 3 / 40, best: 0, of: 40 });
});

it('parts quiet from nuisance, and leaves out what is not pooled', () => {
  const { quiet, oldQuiet, nuisance } = figuresOf([
    clip([judgement(2, 1, 0)]),
    clip([judgement(2, 2, 0)], { old: false }),
    clip([judgement(2, 4, 0)], { nuisance: true }),
    clip([judgement(2, 8, 0)], { pooled: false }),
  ]);
  expect([quiet.worst, oldQuiet.worst, nuisance.worst]).toEqual([3, 1, 4]);
  expect([quiet.of, oldQuiet.of, nuisance.of]).toEqual([40, 20, 20]);
});

it('takes each event in the phase that tells of it latest, and labels of pixels where there are some', () => {
  const { onsetP50, pixelF, iou } = figuresOf([
    clip([judgement(2, 0, 0.1, 0.8), judgement(2, 0, 0.5, 0.6)]),
    clip([judgement(2, 0, 0.3)]),
  ]);
  expect(onsetP50).toMatchObject({ worst: 0.4, best: 0.2, mean: 0.3 });
  expect(pixelF).toEqual({ worst: 0.6, mean: 0.7, best: 0.8, of: 1 });
  expect(iou.worst).toBeNaN();
});

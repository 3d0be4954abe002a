import { expect, it } from 'vitest';
import { lossOf, percentile, score, secondsFound } from '../../../../bench/accuracy/protocol.js';

const scored = (verdicts: number[], events: [number, number][], dontCare: [number, number][] = []) =>
  score({ name: 'clip', verdicts, events, dontCare, duration: 20 });

it('counts whole seconds inside events as found or lost, once where events overlap', () => {
  const { foundSeconds, lostSeconds } = scored(
    [5.5, 7.9],
    [
      [4.5, 7.2],
      [6.5, 9],
    ],
  );
  expect(foundSeconds).toEqual([5, 7]);
  expect(lostSeconds).toEqual([6, 8]);
});

it('has no false second in, or within a second of, what is labelled or does not count', () => {
  const { falseSeconds, negativeSeconds } = scored([3.1, 9.5, 14.2], [[4, 5]], [[10, 12]]);
  // 2, 6, 7, 8 and 13 to 19 are negative.
  expect(negativeSeconds).toBe(11);
  expect(falseSeconds).toEqual([14]);
});

it('tells of events without a verdict, and not of those that end while the detector warms up', () => {
  const figures = scored(
    [5],
    [
      [0, 1.5],
      [4.9, 6],
      [10, 11],
    ],
  );
  expect(figures).toMatchObject({ events: 2, hits: 1, missed: [10] });
  expect(figures.cleanLatencies).toEqual([{ start: 4.9, seconds: expect.closeTo(0.1) }]);
});

it('counts seconds from any moment on, and none that is not whole', () => {
  expect(secondsFound([0.9, 1.4, 3.4], 0.5, 3.4)).toEqual({ found: 1, of: 2 });
  expect(secondsFound([2, 2.5, 18.3], 0, 18)).toEqual({ found: 1, of: 18 });
  expect(secondsFound([1], 2, 1)).toEqual({ found: 0, of: 0 });
});

it('takes a second or a tenth less for chance', () => {
  expect(lossOf({ found: 3, before: 4 })).toBe(0);
  expect(lossOf({ found: 2, before: 4 })).toBe(1);
  expect(lossOf({ found: 90, before: 100 })).toBe(0);
  expect(lossOf({ found: 88, before: 100 })).toBe(2);
  expect(lossOf({ found: 5, before: 4 })).toBe(0);
});

it('interpolates percentiles', () => {
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(percentile([0, 1], 0.9)).toBeCloseTo(0.9);
  expect(percentile([], 0.5)).toBeNaN();
});

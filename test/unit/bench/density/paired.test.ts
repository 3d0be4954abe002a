import { describe, expect, it } from 'vitest';
import { additions, type CostWindow, estimate, verdict } from '../../../../bench/density/paired.js';

const costs = (kinds: string, ...values: number[]): CostWindow =>
  [...kinds].map((kind, engine) => ({ kind, value: values[engine]! }));

describe('what a kind of work adds', () => {
  it('is what it cost more in the same window', () => {
    expect(additions([costs('av', 1, 4), costs('va', 9, 6)], 'v', 'a')).toEqual([3, 3]);
  });

  it('does not depend on which engine did it', () => {
    // The second costs 2 more whatever it does.
    expect(additions([costs('av', 1, 4), costs('va', 2, 3)], 'v', 'a')).toEqual([1, 1]);
  });

  it('is told of each kind by itself', () => {
    const windows = [costs('avf', 1, 2, 4), costs('vfa', 2, 4, 1), costs('fav', 4, 1, 2)];
    const about = (values: number[]): number[] => values.map((value) => Number(value.toFixed(9)));
    expect(about(additions(windows, 'v', 'a'))).toEqual([1, 1, 1]);
    expect(about(additions(windows, 'f', 'a'))).toEqual([3, 3, 3]);
  });
});

describe('the interval of a median', () => {
  it('is the shortest in which the true one lies with 95 %', () => {
    const values = [15, 3, 8, 1, 12, 5, 10, 2, 14, 7, 4, 13, 9, 6, 11];
    const found = estimate(values);
    expect(found).toMatchObject({ median: 8, low: 4, high: 12 });
    expect(found.confidence).toBeCloseTo(0.9648, 4);
  });

  it('is that of all values where there are few', () => {
    expect(estimate([3, 1, 2])).toEqual({ median: 2, low: 1, high: 3, confidence: 0.75 });
    expect(estimate([4])).toEqual({ median: 4, low: 4, high: 4, confidence: 0 });
  });
});

describe('a bound', () => {
  const interval = (low: number, high: number) => ({ median: (low + high) / 2, low, high, confidence: 0.95 });

  it('is met or missed only if all of the interval says so', () => {
    expect(verdict(interval(0.1, 0.3), 0.3)).toBe('met');
    expect(verdict(interval(0.2, 0.31), 0.3)).toBe('undecided');
    expect(verdict(interval(0.31, 0.5), 0.3)).toBe('MISSED');
  });
});

import { describe, expect, it } from 'vitest';
import { Random } from '../../../../bench/chaos/random.js';
import { type Point, trendOf, verdictOf } from '../../../../bench/soak/trend.js';

/** Four samples a minute for 40 minutes. */
const series = (value: (hour: number, n: number) => number): Point[] =>
  Array.from({ length: 160 }, (_, n) => ({ minute: n / 4, value: value(n / 240, n) }));

/** Noise from -1 to 1, each sample of its own. */
const noise = (seed: number): (() => number) => {
  const random = new Random(seed);
  return () => random.between(-1, 1);
};

/** Noise that remembers: neighbours are alike, as with memory that is given back now and then. */
const wandering = (seed: number, memory: number): (() => number) => {
  const fresh = noise(seed);
  let at = 0;
  return () => {
    at = memory * at + Math.sqrt(1 - memory ** 2) * fresh();
    return at;
  };
};

/** Share of `rounds` series in which the slope was taken for growth. */
const falseAlarms = (rounds: number, make: (seed: number) => () => number): number => {
  let found = 0;
  for (let seed = 1; seed <= rounds; seed++) {
    const next = make(seed);
    if (verdictOf(trendOf(series(() => 200 + 10 * next())), 0.001) === 'grows') found++;
  }
  return found / rounds;
};

describe('the trend of a series', () => {
  it('is exact for a straight line', () => {
    const { perHour, error, last } = trendOf(series((hour) => 100 + 30 * hour));
    expect(perHour).toBeCloseTo(30, 6);
    expect(error).toBeCloseTo(0, 6);
    expect(last).toBeCloseTo(100 + 30 * (159 / 240), 6);
  });

  it('finds a leak through noise that is larger than what has leaked', () => {
    const next = noise(3);
    const trend = trendOf(series((hour) => 200 + 20 * hour + 10 * next()));
    expect(Math.abs(trend.perHour - 20)).toBeLessThan(3 * trend.error);
    expect(verdictOf(trend, 4)).toBe('grows');
  });

  it('has an error that is the scatter of the slopes of many such series', () => {
    const slopes: number[] = [];
    const errors: number[] = [];
    for (let seed = 1; seed <= 200; seed++) {
      const next = noise(seed);
      const { perHour, error } = trendOf(series(() => 200 + 10 * next()));
      slopes.push(perHour);
      errors.push(error);
    }
    const rms = (values: number[]): number =>
      Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
    expect(rms(errors) / rms(slopes)).toBeGreaterThan(0.8);
    expect(rms(errors) / rms(slopes)).toBeLessThan(1.3);
  });

  it('takes noise for growth hardly ever, whether neighbours are alike or not', () => {
    expect(falseAlarms(300, noise)).toBeLessThan(0.02);
    expect(falseAlarms(300, (seed) => wandering(seed, 0.9))).toBeLessThan(0.05);
  });

  it('says nothing of two samples', () => {
    const trend = trendOf([
      { minute: 0, value: 1 },
      { minute: 1, value: 100 },
    ]);
    expect(trend.error).toBe(Number.POSITIVE_INFINITY);
    expect(verdictOf(trend, 4)).toBe('steady');
  });
});

describe('the verdict', () => {
  it.each([
    ['falls', { perHour: -50, error: 1, last: 1 }, 'steady'],
    ['grows by less than matters, surely', { perHour: 0.9, error: 0.01, last: 1 }, 'steady'],
    ['grows within its error, and within what is allowed', { perHour: 3, error: 2, last: 1 }, 'steady'],
    ['grows by less than is allowed, but surely', { perHour: 3, error: 0.5, last: 1 }, 'grows'],
    ['may grow by more than is allowed', { perHour: 9, error: 5, last: 1 }, 'unclear'],
    ['grows by more than is allowed, surely', { perHour: 9, error: 1, last: 1 }, 'grows'],
  ] as const)('of what %s', (_what, trend, verdict) => {
    expect(verdictOf(trend, 4)).toBe(verdict);
  });
});

import { describe, expect, it } from 'vitest';
import { Backoff, type BackoffRange } from '../../../../engine/core/backoff.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const RANGES = {
  normal: { firstMs: 1_000, lastMs: 60_000, floor: 0.1 },
  slow: { firstMs: 30_000, lastMs: 600_000, floor: 0.5 },
} as const;

const setUp = (random: () => number) => {
  const clock = new FakeClock();
  return { clock, backoff: new Backoff({ clock, random, ranges: RANGES, stableMs: 10_000 }) };
};

describe('backoff', () => {
  it('doubles its ceiling from 1 s to 60 s', () => {
    const { backoff } = setUp(() => 1);
    expect(Array.from({ length: 9 }, () => backoff.failed('normal') / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('spreads over the whole range below it, but never retries at once', () => {
    let random = 0;
    const { backoff } = setUp(() => random);
    expect(backoff.failed('normal')).toBe(100);
    random = 0.5;
    expect(backoff.failed('normal')).toBe(1100);
  });

  it('is slower when the credentials are refused', () => {
    const { backoff } = setUp(() => 1);
    expect(Array.from({ length: 7 }, () => backoff.failed('slow') / 1000)).toEqual([30, 60, 120, 240, 480, 600, 600]);
    const least = setUp(() => 0).backoff;
    expect(least.failed('slow')).toBe(15_000);
  });

  it('starts over only after ten seconds of stream', () => {
    const { clock, backoff } = setUp(() => 1);
    backoff.failed('normal');
    backoff.failed('normal');
    backoff.succeeded();
    clock.advance(9_999);
    expect(backoff.failed('normal')).toBe(4_000);
    backoff.succeeded();
    clock.advance(10_000);
    expect(backoff.failed('normal')).toBe(1_000);
  });

  it('does not count time without a stream as stable', () => {
    const { clock, backoff } = setUp(() => 1);
    backoff.succeeded();
    clock.advance(1_000);
    expect(backoff.failed('normal')).toBe(1_000);
    clock.advance(60_000);
    expect(backoff.failed('normal')).toBe(2_000);
  });

  it('tells when the next attempt is due', () => {
    const { clock, backoff } = setUp(() => 1);
    clock.advance(500);
    expect(clock.monotonic() / 1000 + backoff.failed('normal')).toBe(1_500);
  });

  it('keeps a row for each class of failure, and ends all with a stable stream or by hand', () => {
    const { clock, backoff } = setUp(() => 1);
    const both = () => [backoff.failed('normal') / 1000, backoff.failed('slow') / 1000];
    expect([both(), both()]).toEqual([
      [1, 30],
      [2, 60],
    ]);
    backoff.succeeded();
    clock.advance(10_000);
    expect(both()).toEqual([1, 30]);
    backoff.succeeded();
    backoff.reset();
    expect(both()).toEqual([1, 30]);
  });

  it('takes any steps, leaves nothing to chance if it is told so, and any success for one', () => {
    const restarts: BackoffRange = { firstMs: 250, lastMs: 4_000, factor: 4, floor: 1 };
    const backoff = new Backoff({
      clock: new FakeClock(),
      ranges: { lost: restarts },
      stableMs: 0,
      random: () => 0.3,
    });
    const waits = () => Array.from({ length: 4 }, () => backoff.failed('lost'));
    expect(waits()).toEqual([250, 1_000, 4_000, 4_000]);
    backoff.succeeded();
    expect(waits()).toEqual([250, 1_000, 4_000, 4_000]);
  });

  it('stays at its ceiling for ever', () => {
    const { backoff } = setUp(() => 1);
    for (let i = 0; i < 5000; i++) backoff.failed('normal');
    expect(backoff.failed('normal')).toBe(60_000);
  });
});

import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../engine/core/backoff.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const setUp = (random: () => number) => {
  const clock = new FakeClock();
  return { clock, backoff: new Backoff({ clock, random }) };
};

describe('backoff', () => {
  it('doubles its ceiling from 1 s to 60 s', () => {
    const { backoff } = setUp(() => 1);
    expect(Array.from({ length: 9 }, () => backoff.failed() / 1000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('spreads over the whole range below it, but never retries at once', () => {
    let random = 0;
    const { backoff } = setUp(() => random);
    expect(backoff.failed()).toBe(100);
    random = 0.5;
    expect(backoff.failed()).toBe(1100);
  });

  it('is slower when the credentials are refused', () => {
    const { backoff } = setUp(() => 1);
    expect(Array.from({ length: 7 }, () => backoff.failed('slow') / 1000)).toEqual([30, 60, 120, 240, 480, 600, 600]);
    expect(backoff.failures).toBe(7);
    const least = setUp(() => 0).backoff;
    expect(least.failed('slow')).toBe(15_000);
  });

  it('starts over only after ten seconds of stream', () => {
    const { clock, backoff } = setUp(() => 1);
    backoff.failed();
    backoff.failed();
    backoff.succeeded();
    clock.advance(9_999);
    expect(backoff.failed()).toBe(4_000);
    backoff.succeeded();
    clock.advance(10_000);
    expect(backoff.failed()).toBe(1_000);
  });

  it('does not count time without a stream as stable', () => {
    const { clock, backoff } = setUp(() => 1);
    backoff.succeeded();
    clock.advance(1_000);
    expect(backoff.failed()).toBe(1_000);
    clock.advance(60_000);
    expect(backoff.failed()).toBe(2_000);
  });

  it('tells when the next attempt is due', () => {
    const { clock, backoff } = setUp(() => 1);
    expect(backoff.nextRetryAt).toBeUndefined();
    clock.advance(500);
    backoff.failed();
    expect(backoff.nextRetryAt).toBe(1_500_000);
    backoff.succeeded();
    expect(backoff.nextRetryAt).toBeUndefined();
  });

  it('stays at its ceiling for ever', () => {
    const { backoff } = setUp(() => 1);
    for (let i = 0; i < 5000; i++) backoff.failed();
    expect(backoff.failed()).toBe(60_000);
  });
});

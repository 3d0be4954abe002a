import { describe, expect, it } from 'vitest';
import { Lateness } from '../../../../bench/many/lateness.js';

describe('lateness', () => {
  it('is told by shares, to a millisecond, and then forgotten', () => {
    const late = new Lateness();
    for (let n = 0; n < 100; n++) late.add(n < 60 ? 0.2 : n < 99 ? 7.5 : 2500);
    expect(late.take()).toEqual({ p50: 1, p99: 8, max: 2500 });
    expect(late.take()).toEqual({ p50: Number.NaN, p99: Number.NaN, max: 0 });
  });

  it('of more than a second is the greatest there was', () => {
    const late = new Lateness();
    late.add(1500);
    late.add(-1);
    expect(late.take()).toEqual({ p50: 1, p99: 1500, max: 1500 });
  });
});

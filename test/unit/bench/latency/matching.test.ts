import { describe, expect, it } from 'vitest';
import { match } from '../../../../bench/latency/matching.js';

const at = (camera: string, utcMs: number, atMs: number) => ({ camera, utcMs, atMs });

describe('events and the arrivals of their units', () => {
  const arrivals = [at('a', 1040, 45), at('a', 1000, 3), at('b', 1000, 100)];

  it('belong together by camera and nearest time', () => {
    const { latencies, unmatched } = match(arrivals, [at('a', 1038, 60), at('b', 1001, 130)]);
    expect(latencies).toEqual([15, 30]);
    expect(unmatched).toBe(0);
  });

  it('are counted when none is near, before, between or after', () => {
    const { latencies, unmatched } = match(arrivals, [
      at('a', 900, 1),
      at('a', 1020, 1),
      at('a', 1100, 1),
      at('c', 1000, 1),
    ]);
    expect(latencies).toEqual([]);
    expect(unmatched).toBe(4);
  });
});

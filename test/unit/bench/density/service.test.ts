import { describe, expect, it } from 'vitest';
import { sumFamilies } from '../../../../bench/density/service.js';

describe('the metrics of an engine', () => {
  it('are summed over their labels, and buckets left out', () => {
    const sums = sumFamilies('# HELP a b\na{c="1 2"} 3\na{c="d"} 4\nh_bucket{le="1"} 9\nh_sum 1.5\n');
    expect([...sums]).toEqual([
      ['a', 7],
      ['h_sum', 1.5],
    ]);
  });
});

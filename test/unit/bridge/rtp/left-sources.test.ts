import { describe, expect, it } from 'vitest';
import { LeftSources } from '../../../../bridge/rtp/left-sources.js';

describe('LeftSources', () => {
  it('remembers a source for a second', () => {
    const left = new LeftSources();
    left.leave(1, 2, 500_000);
    expect([left.has(1, 1_499_999), left.has(1, 1_500_000), left.has(2, 600_000)]).toEqual([true, false, false]);
  });

  it('forgets a source that is the current one again', () => {
    const left = new LeftSources();
    left.leave(1, 2, 0);
    left.leave(2, 1, 900_000);
    expect([left.has(1, 950_000), left.has(2, 950_000)]).toEqual([false, true]);
  });

  it('remembers eight at most', () => {
    const left = new LeftSources();
    for (let ssrc = 0; ssrc < 1000; ssrc++) left.leave(ssrc, ssrc + 1, 0);
    expect(Array.from({ length: 1000 }, (_, ssrc) => ssrc).filter((ssrc) => left.has(ssrc, 0))).toEqual([
      992, 993, 994, 995, 996, 997, 998, 999,
    ]);
  });
});

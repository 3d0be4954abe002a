import { beforeEach, describe, expect, it } from 'vitest';
import { seconds } from '../../../../../engine/core/time.js';
import { Sight } from '../../../../../engine/nodes/motion-detection-processor/sight.js';

describe('the sight of a motion detector', () => {
  let sight: Sight;
  /** What was told, with the media time in seconds. */
  let told: Array<[at: number, insensitive: boolean, share: number]>;
  let now: number;

  beforeEach(() => {
    told = [];
    now = 100;
    sight = new Sight((insensitive, share) => told.push([now - 100, insensitive, share]));
    sight.add({ pts: seconds(now), insensitive: 0 });
  });

  /** Verdicts for so long, one after each step. */
  const see = (share: number, forSeconds: number, step = 0.2) => {
    for (let verdict = 0; verdict < Math.round(forSeconds / step); verdict++) {
      now = Math.round((now + step) * 1000) / 1000;
      sight.add({ pts: seconds(now), insensitive: share });
    }
  };

  it('knows no share before the first verdict, and then that of the newest', () => {
    const fresh = new Sight(() => {});
    expect(fresh.share).toBeUndefined();
    fresh.add({ pts: 0, insensitive: 0.25 });
    expect(fresh.share).toBe(0.25);
    fresh.add({ pts: 1, insensitive: 0.125 });
    expect(fresh.share).toBe(0.125);
  });

  it('is told of when it is bad for five seconds, and when it is good again for ten', () => {
    see(0.7, 4.8);
    expect(told).toEqual([]);
    see(0.7, 20);
    expect(told).toEqual([[expect.closeTo(5, 3), true, 0.7]]);
    see(0.1, 9.8);
    expect(told).toHaveLength(1);
    see(0.1, 20);
    expect(told.slice(1)).toEqual([[expect.closeTo(34.8, 3), false, 0.1]]);
  });

  it.each([
    ['bad from its bound on', 0.5, 1],
    ['not bad below it', 0.499, 0],
  ])('is %s', (_what, share, times) => {
    see(share, 60);
    expect(told).toHaveLength(times);
  });

  it.each([
    ['good below a lower bound', 0.349, 1],
    ['not good from that bound on', 0.35, 0],
  ])('is %s', (_what, share, times) => {
    see(0.9, 6);
    told.length = 0;
    see(share, 60);
    expect(told).toHaveLength(times);
  });

  it('swings about the bound without being told of again', () => {
    see(0.9, 6);
    for (let swing = 0; swing < 30; swing++) {
      see(0.55, 3);
      see(0.4, 3);
    }
    expect(told).toHaveLength(1);
  });

  it('is not bad because of what passes, however often', () => {
    for (let car = 0; car < 20; car++) {
      see(1, 3);
      see(0, 4);
    }
    expect(told).toEqual([]);
  });

  it('is bad although single pictures are better', () => {
    for (let second = 0; second < 12; second++) {
      see(0.6, 0.8);
      see(0.45, 0.2);
    }
    expect(told).toEqual([[expect.any(Number), true, 0.6]]);
  });

  it.each([
    [0.04, 5],
    [0.2, 5],
    [1, 5],
    [2, 6],
  ])('needs as long with a verdict every %s s', (step, needed) => {
    see(0.7, 10, step);
    expect(told.map(([at]) => at)).toEqual([expect.closeTo(needed, 3)]);
  });

  it('takes nothing for granted of a time without verdicts', () => {
    see(0.7, 0.2);
    see(0.7, 3600, 3600);
    expect(told).toEqual([]);
    see(0.7, 2.8);
    expect(told).toHaveLength(1);
  });

  it('does not count time that goes back', () => {
    see(0.7, 3);
    now -= 1000;
    see(0.7, 1.8);
    // The first verdict after the step counts nothing.
    expect(told).toEqual([]);
    see(0.7, 0.6);
    expect(told).toHaveLength(1);
  });
});

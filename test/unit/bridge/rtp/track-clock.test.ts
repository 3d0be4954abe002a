import { describe, expect, it } from 'vitest';
import { TrackClock } from '../../../../bridge/rtp/track-clock.js';

const SECOND = 1_000_000;

describe('TrackClock', () => {
  it('takes the least late packet of two windows', () => {
    const clock = new TrackClock();
    expect(clock.lateness).toBeUndefined();
    clock.packet(100_000, 0);
    clock.packet(150_000, 100_000);
    clock.packet(300_000, 200_000);
    expect([clock.lateness, clock.settled]).toEqual([50_000, false]);
    for (let at = 1; at <= 6; at++) clock.packet(at * SECOND + 90_000, at * SECOND);
    expect([clock.lateness, clock.settled]).toEqual([50_000, true]);
    for (let at = 7; at <= 12; at++) clock.packet(at * SECOND + 90_000, at * SECOND);
    expect(clock.lateness).toBe(90_000);
  });

  it('forgets lateness when the time of the track goes back or leaps', () => {
    const back = new TrackClock();
    back.packet(20 * SECOND, 10 * SECOND);
    back.packet(20 * SECOND + 40_000, 10 * SECOND - 1_000_001);
    expect(back.lateness).toBe(11 * SECOND + 40_001);
    const ahead = new TrackClock();
    ahead.report(0, 5 * SECOND, 0);
    ahead.packet(0, 0);
    ahead.packet(40_000, 3 * SECOND);
    expect([ahead.lateness, ahead.utcAt(0)]).toEqual([40_000 - 3 * SECOND, undefined]);
  });

  it('bears B-frames and a burst after a stall', () => {
    const clock = new TrackClock();
    clock.packet(0, 0);
    clock.packet(40_000, 900_000);
    clock.packet(80_000, 40_000);
    clock.packet(9 * SECOND, 80_000);
    clock.packet(9 * SECOND + 1, 9 * SECOND);
    expect(clock.lateness).toBe(40_000 - 900_000);
  });

  it('relates pts to UTC by the latest report', () => {
    const clock = new TrackClock();
    expect([clock.utcAt(0), clock.ptsAt(0)]).toEqual([undefined, undefined]);
    expect(clock.report(0, 1000 * SECOND, 2 * SECOND)).toBe(false);
    expect([clock.utcAt(3 * SECOND), clock.ptsAt(999 * SECOND)]).toEqual([1001 * SECOND, SECOND]);
  });

  it('takes the slope over two seconds or more', () => {
    const clock = new TrackClock();
    clock.report(0, 0, 0);
    clock.report(SECOND, SECOND, SECOND + 500);
    expect(clock.utcAt(SECOND + 500 + SECOND)).toBe(2 * SECOND);
    clock.report(2 * SECOND, 2 * SECOND, 2 * SECOND + 1000);
    expect(clock.utcAt(12 * SECOND)).toBeCloseTo(12 * SECOND - 1000 - 4997.5, 0);
    expect(clock.ptsAt(clock.utcAt(12 * SECOND)!)).toBeCloseTo(12 * SECOND, 3);
  });

  it('believes in no more than 1000 ppm', () => {
    const clock = new TrackClock();
    clock.report(0, 0, 0);
    clock.report(0, 10 * SECOND, 10 * SECOND + 100_000);
    expect(clock.utcAt(20 * SECOND + 100_000)).toBe(20 * SECOND - 10_000);
  });

  it('begins again with a report that jumps', () => {
    const clock = new TrackClock();
    clock.report(0, 10 * SECOND, 10 * SECOND);
    clock.report(0, 20 * SECOND, 20 * SECOND + 5000);
    expect(clock.report(7, 30 * SECOND, 40 * SECOND)).toBe(true);
    expect([clock.utcAt(50 * SECOND), clock.reportedAt]).toEqual([40 * SECOND, 7]);
    clock.forgetReports();
    expect([clock.utcAt(50 * SECOND), clock.reportedAt]).toEqual([undefined, Number.NEGATIVE_INFINITY]);
  });
});

import { describe, expect, it } from 'vitest';
import { type SyncedTrack, TrackSync } from '../../../../bridge/rtp/sync.js';
import { randomOf } from '../../../kit/motion-planes.js';

const SECOND = 1_000_000;
const UTC = 1_704_067_200 * SECOND;

interface Camera {
  seconds: number;
  /** By how much a track's RTP clock is fast, in ppm. */
  videoDrift: number;
  followerDrift: number;
  /** Most µs that the network delays a packet by. Packets stay in order. */
  jitter: number;
  /** Seconds between reports of a track; 0: none. */
  reportsEvery: number;
  /** Most µs by which a report's NTP is wrong. */
  reportError?: number;
  /** Last second with reports. */
  reportsUntil?: number;
  /** µs by which audio is later than video, always. */
  audioLate?: number;
}

/** What was taken at the same moment: both clocks begin at their track's first packet, 300 ms apart. */
const FOLLOWER_BEGINS = 300_000;

/** Runs a camera of 25 pictures and 50 packets of sound a second; gives errors and steps by second. */
const run = (camera: Camera) => {
  const random = randomOf(42);
  const sync = new TrackSync();
  const ptsOf = (track: SyncedTrack, at: number): number =>
    track === 'video' ? at * (1 + camera.videoDrift / 1e6) : (at - FOLLOWER_BEGINS) * (1 + camera.followerDrift / 1e6);
  const events: { arrival: number; track: SyncedTrack; at: number; report: boolean }[] = [];
  for (const [track, every, from] of [
    ['video', 40_000, 0],
    ['follower', 20_000, FOLLOWER_BEGINS],
  ] as const) {
    const late = track === 'follower' ? (camera.audioLate ?? 0) : 0;
    let [before, report] = [0, 0];
    for (let at = from; at < camera.seconds * SECOND; at += every) {
      before = Math.max(before, at + 20_000 + late + Math.floor(random() * camera.jitter));
      events.push({ arrival: before, track, at, report: false });
      if (camera.reportsEvery === 0 || at < report || at > (camera.reportsUntil ?? 1e9) * SECOND) continue;
      report = at + camera.reportsEvery * SECOND;
      events.push({ arrival: before, track, at, report: true });
    }
  }
  events.sort((a, b) => a.arrival - b.arrival);
  const found: { second: number; error: number; step: number }[] = [];
  let before: number | undefined;
  for (const { arrival, track, at, report } of events) {
    const pts = Math.round(ptsOf(track, at));
    const wrong = (camera.reportError ?? 0) * (2 * random() - 1);
    if (report) sync.report(track, arrival, UTC + Math.round(at + wrong), pts);
    else sync.packet(track, arrival, pts);
    const there = track === 'follower' && !report ? sync.toVideo(pts) : undefined;
    if (there === undefined) continue;
    const step = before === undefined ? 0 : Math.abs(there - pts - before);
    before = there - pts;
    found.push({ second: at / SECOND, error: Math.abs(there - ptsOf('video', at)), step });
  }
  const after = (second: number) => found.filter((each) => each.second >= second);
  const worst = (second: number): number => after(second).reduce((most, { error }) => Math.max(most, error), 0);
  const step = (second: number): number => after(second).reduce((most, each) => Math.max(most, each.step), 0);
  return { first: found[0]?.second ?? Number.POSITIVE_INFINITY, worst, step };
};

const HOUR = { seconds: 3600, videoDrift: 250, followerDrift: -250, jitter: 150_000 };

describe('TrackSync with reports', () => {
  it('follows 500 ppm of drift for an hour, through jitter', () => {
    const { first, worst, step } = run({ ...HOUR, reportsEvery: 5 });
    expect(first).toBeLessThan(1);
    expect(worst(0)).toBeLessThan(5000);
    expect(step(0)).toBeLessThan(500);
  });

  it('evens out reports that are inexact', () => {
    const { worst, step } = run({ ...HOUR, seconds: 1200, reportsEvery: 5, reportError: 10_000 });
    expect(worst(10)).toBeLessThan(40_000);
    expect(step(0)).toBeLessThan(500);
  });

  it('does not care how late the sound comes', () => {
    const { worst } = run({ ...HOUR, seconds: 300, reportsEvery: 5, audioLate: 400_000 });
    expect(worst(0)).toBeLessThan(5000);
  });

  it('knows what arrival is worth when the reports end', () => {
    const { worst, step } = run({ ...HOUR, reportsEvery: 5, reportsUntil: 60, audioLate: 400_000 });
    expect(worst(0)).toBeLessThan(60_000);
    expect(step(0)).toBeLessThan(5000);
  });
});

describe('TrackSync without reports', () => {
  it('follows 500 ppm of drift for an hour, through jitter', () => {
    const { first, worst, step } = run({ ...HOUR, reportsEvery: 0 });
    expect(first).toBeLessThan(1.5);
    expect(worst(20)).toBeLessThan(40_000);
    expect(step(0)).toBeLessThan(500);
  });

  it.each([500, -500])('follows a video clock that is off by %i ppm alone', (videoDrift) => {
    const { worst } = run({ ...HOUR, videoDrift, followerDrift: 0, reportsEvery: 0 });
    expect(worst(20)).toBeLessThan(40_000);
  });

  it('is exact to some milliseconds on a quiet network', () => {
    const { worst } = run({ ...HOUR, seconds: 600, jitter: 5000, reportsEvery: 0 });
    expect(worst(20)).toBeLessThan(8000);
  });

  it('says nothing in the first second, nor before both tracks are heard', () => {
    const sync = new TrackSync();
    for (let at = 0; at < 5 * SECOND; at += 20_000) sync.packet('follower', at, at);
    expect(sync.toVideo(0)).toBeUndefined();
    for (let at = 5 * SECOND; at < 6 * SECOND; at += 20_000) {
      sync.packet('video', at, at - 5 * SECOND);
      sync.packet('follower', at, at);
      expect(sync.toVideo(0)).toBeUndefined();
    }
    sync.packet('follower', 6 * SECOND, 6 * SECOND);
    expect(sync.toVideo(6 * SECOND)).toBe(SECOND);
  });
});

/** Both tracks arrive at once, and their pts are equal. */
const steady = () => {
  const sync = new TrackSync();
  let at = 0;
  const go = (seconds: number, videoPts = 0, followerPts = 0): number[] => {
    const offsets: number[] = [];
    for (const end = at + seconds * SECOND; at < end; at += 20_000) {
      sync.packet('video', at, at + videoPts);
      sync.packet('follower', at, at + followerPts);
      offsets.push((sync.toVideo(at + followerPts) ?? Number.NaN) - at - followerPts);
    }
    return offsets;
  };
  const report = (track: SyncedTrack, ahead: number, pts = 0): void =>
    sync.report(track, at, UTC + at + ahead, at + pts);
  return { sync, go, report };
};

const largestStep = (offsets: readonly number[]): number =>
  Math.max(...offsets.slice(1).map((offset, index) => Math.abs(offset - offsets[index]!)));

describe('TrackSync', () => {
  it('slews from arrival to reports', () => {
    const { go, report } = steady();
    expect(go(15).at(-1)).toBe(0);
    report('video', 0);
    report('follower', 200_000);
    const offsets = go(30);
    expect(largestStep(offsets)).toBeLessThanOrEqual(400);
    expect(offsets.at(-1)).toBeGreaterThan(199_500);
  });

  it('steps at once when the relation changes by more than half a second', () => {
    const { go, report } = steady();
    go(15);
    report('video', 0);
    report('follower', 600_000);
    expect(go(1)[0]).toBe(600_000);
  });

  it('ignores reports without a clock, and those that contradict arrival', () => {
    const { sync, go, report } = steady();
    go(15);
    sync.report('video', 15 * SECOND, 0, 15 * SECOND);
    report('follower', 200_000);
    expect(go(3).at(-1)).toBe(0);
    report('video', 11 * SECOND);
    expect(go(3).at(-1)).toBe(0);
  });

  it('waits for both tracks when the camera sets its clock', () => {
    const { go, report } = steady();
    report('video', 0);
    report('follower', 0);
    go(15);
    report('video', 3 * SECOND);
    expect(largestStep(go(2))).toBeLessThan(10);
    report('follower', 3 * SECOND);
    expect(largestStep(go(2))).toBeLessThan(10);
  });

  it('forgets the reports of a source that was left', () => {
    const { sync, go, report } = steady();
    report('video', 0);
    report('follower', 100_000);
    expect(go(15).at(-1)).toBe(100_000);
    sync.restarted('follower');
    // What the reports said of arrival holds on.
    expect(go(15).at(-1)).toBe(100_000);
    report('follower', 120_000);
    expect(go(30).at(-1)).toBeGreaterThan(119_500);
  });

  it('follows a track whose time jumps', () => {
    const { go, report } = steady();
    report('video', 0);
    report('follower', 0);
    go(15);
    expect(go(1, 0, 5 * SECOND)[0]).toBe(-5 * SECOND);
    expect(go(1, 0, -5 * SECOND)[0]).toBe(5 * SECOND);
  });

  it('bears a stall that ends in a burst', () => {
    const sync = new TrackSync();
    const offsets: number[] = [];
    for (let at = 0; at < 60 * SECOND; at += 20_000) {
      const arrival = at > 20 * SECOND && at < 33 * SECOND ? 33 * SECOND : at;
      sync.packet('video', arrival, at);
      sync.packet('follower', arrival, at);
      const there = sync.toVideo(at);
      if (there !== undefined) offsets.push(there - at);
    }
    expect(Math.max(...offsets.map(Math.abs))).toBe(0);
  });
});

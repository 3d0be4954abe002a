import { describe, expect, it } from 'vitest';
import { type MappedTime, MediaClock } from '../../../../engine/camera/media-clock.js';
import type { MediaTime } from '../../../../engine/core/time.js';
import { FakeClock } from '../../../kit/fake-clock.js';

const FRAME = 40_000;
const S = 1_000_000;

/** A camera at 25 frames a second, seen over a network. */
class Camera {
  readonly clock = new FakeClock();
  readonly media: MediaClock;
  readonly seen: (MappedTime & { arrival: number })[] = [];
  stream = 7 * S;

  constructor() {
    this.clock.advance(1000);
    this.media = new MediaClock(this.clock);
  }

  /** Waits `wait`, then a unit comes whose stream time is `step` after the one before. */
  unit(
    options: {
      step?: number;
      wait?: number;
      key?: boolean;
      missing?: boolean;
      behind?: number;
      duration?: number;
    } = {},
  ): MappedTime {
    this.clock.advance((options.wait ?? FRAME) / 1000);
    this.stream += options.step ?? FRAME;
    const pts = options.missing ? null : this.stream - (options.behind ?? 0);
    const arrival = this.clock.monotonic();
    const mapped = this.media.map({ pts, duration: options.duration ?? null, key: options.key ?? false }, arrival);
    this.seen.push({ ...mapped, arrival });
    return mapped;
  }

  run(units: number, options: Parameters<Camera['unit']>[0] = {}): void {
    for (let i = 0; i < units; i++) this.unit(options);
  }

  get last() {
    return this.seen.at(-1)!;
  }

  get reasons() {
    return this.seen.flatMap(({ discontinuity }) => discontinuity ?? []);
  }
}

const expectStrictlyIncreasing = (times: number[]) => {
  for (let i = 1; i < times.length; i++) expect(times[i]).toBeGreaterThan(times[i - 1]!);
};

describe('a steady stream', () => {
  it('is anchored to the arrival of its first unit', () => {
    const camera = new Camera();
    expect(camera.unit({ key: true }).pts).toBe(camera.clock.monotonic());
    camera.run(100);
    expect(camera.last.pts).toBe(camera.last.arrival);
    expect(camera.reasons).toEqual([]);
  });

  it('gives the stream’s distances, not the arrivals’', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    const first = camera.last.pts;
    for (let i = 1; i <= 50; i++) camera.unit({ wait: i % 2 ? 10_000 : 70_000 });
    // 50 frames later, but for what the slew has taken back because the first unit was not the least delayed.
    expect(Math.abs(camera.last.pts - first - 50 * FRAME)).toBeLessThan(50 * FRAME * 0.0006);
    expect(camera.reasons).toEqual([]);
  });

  it('keeps the camera’s own distances beside media time that is being put right', () => {
    const camera = new Camera();
    // The first unit comes eighty milliseconds late, the next two with it.
    camera.unit({ key: true, wait: 120_000 });
    camera.run(2, { wait: 0 });
    camera.run(247);
    const steps = (times: number[]) => times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(Math.min(...steps(camera.seen.map(({ pts }) => pts)))).toBeLessThan(FRAME - 500);
    expect(new Set(steps(camera.seen.map(({ cadence }) => cadence)))).toEqual(new Set([FRAME]));
    // And over a new connection both go on alike.
    const before = camera.last;
    camera.media.connectionEnded();
    camera.stream = 0;
    camera.unit({ key: true, wait: 2 * S });
    expect(camera.last.cadence - before.cadence).toBe(camera.last.pts - before.pts);
  });

  it('learns the duration of a frame', () => {
    const camera = new Camera();
    camera.run(80, { step: 33_333, wait: 33_333 });
    expect(camera.last.duration).toBe(33_333);
  });

  it('takes the duration that the stream says, unless no picture lasts that long', () => {
    const camera = new Camera();
    camera.run(80, { step: 33_333, wait: 33_333 });
    expect(camera.unit({ duration: 100_000 }).duration).toBe(100_000);
    expect(camera.unit({ duration: 2_500_000_000 }).duration).toBe(33_333);
  });
});

describe('B-frames', () => {
  it('keep their place and are not taken for jumps', () => {
    const camera = new Camera();
    // I P b b P b b …, presentation time relative to decode order.
    const mapped: number[] = [];
    camera.unit({ key: true });
    mapped.push(camera.last.pts);
    for (let i = 0; i < 50; i++) {
      camera.unit({ step: 3 * FRAME });
      mapped.push(camera.last.pts);
      camera.unit({ step: 0, behind: 2 * FRAME });
      mapped.push(camera.last.pts);
      camera.unit({ step: 0, behind: FRAME });
      mapped.push(camera.last.pts);
    }
    expect(camera.reasons).toEqual([]);
    const sorted = [...mapped].sort((a, b) => a - b);
    for (let i = 1; i < sorted.length; i++) expect(sorted[i]! - sorted[i - 1]!).toBeGreaterThan(FRAME * 0.93);
    expect(camera.last.duration).toBe(FRAME);
  });

  it('a keyframe never precedes what came before it', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    camera.run(10);
    const before = camera.last.pts;
    camera.unit({ key: true, step: -3 * FRAME });
    expect(camera.last.pts).toBeGreaterThan(before);
    expect(camera.reasons).toEqual(['backwardJump']);
  });
});

describe('jumps', () => {
  it.each([
    ['forward', 3600 * S, 'forwardJump'],
    ['backward', -5 * S, 'backwardJump'],
    ['far backward', -3600 * S, 'backwardJump'],
  ])('%s: media time goes on as the clock does', (_name, jump, reason) => {
    const camera = new Camera();
    camera.stream += 4000 * S;
    camera.unit({ key: true });
    camera.run(60);
    const before = camera.last.pts;
    camera.unit({ step: jump });
    expect(camera.last.pts - before).toBe(FRAME);
    camera.run(100);
    expect(camera.reasons).toEqual([reason]);
    expect(Math.abs(camera.last.pts - camera.last.arrival)).toBeLessThan(1000);
  });

  it('a gap in the stream that took as long is no jump', () => {
    const camera = new Camera();
    camera.run(20);
    camera.unit({ step: 30 * S, wait: 30 * S });
    camera.run(20);
    expect(camera.reasons).toEqual([]);
    expect(camera.last.pts).toBe(camera.last.arrival);
  });

  it('a stall with the burst that follows is no jump', () => {
    const camera = new Camera();
    camera.run(20);
    const before = camera.last;
    camera.unit({ wait: 6 * S });
    camera.run(149, { wait: 200 });
    expect(camera.last.pts - before.pts).toBe(150 * FRAME);
    camera.run(500);
    expect(camera.reasons).toEqual([]);
    expect(Math.abs(camera.last.pts - camera.last.arrival)).toBeLessThan(50_000);
  });

  it('a stream whose time stood still is brought up to date', () => {
    const camera = new Camera();
    camera.run(20);
    camera.unit({ wait: 8 * S });
    camera.run(100);
    expect(camera.reasons).toEqual(['fellBehind']);
    expect(Math.abs(camera.last.pts - camera.last.arrival)).toBeLessThan(1000);
    expectStrictlyIncreasing(camera.seen.map(({ pts }) => pts));
  });
});

describe('clocks that run apart', () => {
  it.each([
    ['slow', 1.0002],
    ['fast', 0.9998],
  ])('a %s camera is followed', (_name, factor) => {
    const camera = new Camera();
    const jitter = [0, 30_000, 5_000, 90_000, 12_000, 0, 61_000];
    let late = 0;
    for (let i = 0; i < 25 * 600; i++) {
      const now = jitter[i % jitter.length]!;
      camera.unit({ wait: FRAME * factor + now - late });
      late = now;
    }
    expect(camera.reasons).toEqual([]);
    // Ten minutes at 200 ppm are 120 ms; the error stays within the jitter's least delay and two windows of drift.
    expect(Math.abs(camera.last.pts - (camera.last.arrival - late))).toBeLessThan(10_000);
  });

  it('a stream at double speed stays within two seconds and says so now and then', () => {
    const camera = new Camera();
    camera.run(25 * 60, { step: 2 * FRAME });
    for (const { pts, arrival } of camera.seen) expect(pts - arrival).toBeLessThanOrEqual(2 * S + FRAME);
    expectStrictlyIncreasing(camera.seen.map(({ pts }) => pts));
    expect(new Set(camera.reasons)).toEqual(new Set(['ahead']));
    expect(camera.reasons.length).toBeLessThanOrEqual(6);
  });

  it('a burst at the start is worn off', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    camera.run(40, { wait: 0 });
    expect(camera.last.pts - camera.last.arrival).toBeGreaterThan(1.5 * S);
    camera.run(25 * 120);
    expect(Math.abs(camera.last.pts - camera.last.arrival)).toBeLessThan(150_000);
    expect(camera.reasons).toEqual([]);
    expectStrictlyIncreasing(camera.seen.map(({ pts }) => pts));
  });
});

describe('missing timestamps', () => {
  it('are estimated from the frame rate, and reported once', () => {
    const camera = new Camera();
    camera.run(80);
    const before = camera.last.pts;
    camera.run(20, { missing: true });
    expect(camera.last.pts - before).toBe(20 * FRAME);
    camera.run(20);
    expect(camera.reasons).toEqual(['missingTimestamp']);
    expect(Math.abs(camera.last.pts - camera.last.arrival)).toBeLessThan(1000);
  });

  it('from the first unit on, follow the arrivals', () => {
    const camera = new Camera();
    camera.run(25 * 60, { missing: true, wait: 50_000 });
    expect(camera.reasons[0]).toBe('missingTimestamp');
    expectStrictlyIncreasing(camera.seen.map(({ pts }) => pts));
    for (const { pts, arrival } of camera.seen) expect(Math.abs(pts - arrival)).toBeLessThan(2.1 * S);
  });
});

describe('reconnects', () => {
  it('never go back, whatever the new stream counts from', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    for (const start of [0, 5_000 * S, 12 * S]) {
      camera.run(50);
      camera.media.connectionEnded();
      camera.stream = start;
      camera.clock.advance(3000);
      camera.unit({ key: true });
      expect(camera.last.pts).toBe(camera.last.arrival);
    }
    expectStrictlyIncreasing(camera.seen.map(({ pts }) => pts));
    expect(camera.reasons).toEqual([]);
  });

  it('at once, while media time is ahead of arrival, goes on behind it', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    camera.run(40, { wait: 0 });
    camera.media.connectionEnded();
    camera.stream = 0;
    camera.unit({ key: true, wait: 1000 });
    camera.run(100);
    expectStrictlyIncreasing(camera.seen.map(({ pts }) => pts));
  });
});

describe('duplicates', () => {
  it('get times of their own', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    camera.run(10, { step: 0, wait: 0 });
    camera.unit({ key: true, step: 0, wait: 0 });
    expect(new Set(camera.seen.map(({ pts }) => pts)).size).toBe(12);
    expect(camera.reasons).toEqual([]);
  });

  it('without end are a clock that is stuck: time follows the arrivals', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    camera.run(250, { step: 0 });
    expect(new Set(camera.seen.map(({ pts }) => pts)).size).toBe(251);
    expect(new Set(camera.reasons)).toEqual(new Set(['stuck']));
    expect(camera.last.arrival - camera.last.pts).toBeLessThan(18 * FRAME);
  });
});

describe('the wall clock', () => {
  const utcError = (camera: Camera) => camera.media.toUtc(camera.clock.monotonic() as MediaTime) - camera.clock.utc();

  it('is what media time is mapped to', () => {
    const camera = new Camera();
    camera.unit({ key: true });
    expect(camera.media.toUtc(camera.last.pts)).toBe(camera.clock.utc());
  });

  it('stepping is reported once and followed at once while no clip holds it', () => {
    const camera = new Camera();
    camera.run(50);
    camera.clock.stepWall(-3_600_000);
    camera.run(50);
    expect(camera.seen.flatMap(({ wallStepMs }) => wallStepMs ?? [])).toEqual([-3_600_000]);
    expect(utcError(camera)).toBe(0);
  });

  it('does not step within a clip', () => {
    const camera = new Camera();
    camera.run(50);
    const release = camera.media.holdUtc();
    const other = camera.media.holdUtc();
    camera.clock.stepWall(10_000);
    camera.run(100);
    expect(camera.seen.flatMap(({ wallStepMs }) => wallStepMs ?? [])).toEqual([10_000]);
    expect(utcError(camera)).toBe(-10_000_000);
    release();
    release();
    expect(utcError(camera)).toBe(-10_000_000);
    other();
    expect(utcError(camera)).toBe(0);
  });

  it('a step that is taken back within a clip is reported both times and leaves nothing', () => {
    const camera = new Camera();
    camera.run(50);
    const release = camera.media.holdUtc();
    camera.clock.stepWall(10_000);
    camera.run(50);
    camera.clock.stepWall(-10_000);
    camera.run(50);
    release();
    expect(camera.seen.flatMap(({ wallStepMs }) => wallStepMs ?? [])).toEqual([10_000, -10_000]);
    expect(utcError(camera)).toBe(0);
  });

  it('a small change is followed slowly and without going back', () => {
    const camera = new Camera();
    camera.run(50);
    camera.clock.stepWall(-400);
    const times: number[] = [];
    for (let i = 0; i < 25 * 450; i++) {
      camera.unit();
      times.push(camera.media.toUtc(camera.last.pts));
    }
    expectStrictlyIncreasing(times);
    expect(camera.seen.flatMap(({ wallStepMs }) => wallStepMs ?? [])).toEqual([]);
    expect(utcError(camera)).toBe(0);
  });
});

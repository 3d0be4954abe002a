import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ERROR, MediaClock } from '../../engine/camera/media-clock.js';
import { FakeClock } from '../kit/fake-clock.js';

const S = 1_000_000;

type Step =
  | { kind: 'units'; count: number; frame: number; bFrames: boolean; jitter: number[]; rate: number }
  | { kind: 'jump'; by: number }
  | { kind: 'reconnect'; start: number; after: number }
  | { kind: 'stall'; micros: number }
  | { kind: 'missing'; count: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('units' as const),
      count: fc.integer({ min: 1, max: 200 }),
      frame: fc.integer({ min: 8_000, max: 200_000 }),
      bFrames: fc.boolean(),
      jitter: fc.array(fc.integer({ min: 0, max: 400_000 }), { minLength: 1, maxLength: 9 }),
      rate: fc.constantFrom(1, 1, 0.999, 1.001, 0.5, 2),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('jump' as const),
      by: fc.integer({ min: -100_000 * S, max: 100_000 * S }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('reconnect' as const),
      start: fc.integer({ min: 0, max: 100_000 * S }),
      after: fc.integer({ min: 0, max: 20 * S }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('stall' as const), micros: fc.integer({ min: 0, max: 30 * S }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('missing' as const), count: fc.integer({ min: 1, max: 60 }) }),
  },
);

/** Plays the steps and hands over every unit with what the clock made of it. */
function play(
  steps: Step[],
  see: (unit: {
    pts: number;
    cadence: number;
    arrival: number;
    key: boolean;
    epoch: number;
    discontinuity?: string | undefined;
  }) => void,
): void {
  const clock = new FakeClock();
  clock.advance(1000);
  const media = new MediaClock(clock);
  let stream = 0;
  let n = 0;
  let epoch = 0;
  let key = true;
  const unit = (pts: number | null) => {
    const arrival = clock.monotonic();
    const isKey = key || n % 50 === 0;
    key = false;
    const mapped = media.map({ pts, duration: null, key: isKey }, arrival);
    see({ pts: mapped.pts, cadence: mapped.cadence, arrival, key: isKey, epoch, discontinuity: mapped.discontinuity });
    n++;
  };
  for (const step of steps) {
    if (step.kind === 'jump') stream = Math.max(0, stream + step.by);
    else if (step.kind === 'stall') clock.advance(step.micros / 1000);
    else if (step.kind === 'reconnect') {
      media.connectionEnded();
      stream = step.start;
      clock.advance(step.after / 1000);
      epoch++;
      key = true;
    } else if (step.kind === 'missing') {
      for (let i = 0; i < step.count; i++) {
        clock.advance(40);
        unit(null);
      }
    } else {
      let late = 0;
      for (let i = 0; i < step.count; i++) {
        const jitter = step.jitter[i % step.jitter.length]!;
        // A unit cannot overtake the one before it.
        const wait = Math.max(0, step.frame / step.rate + jitter - late);
        late = Math.max(0, late + wait - step.frame / step.rate);
        clock.advance(wait / 1000);
        stream += step.frame;
        // Pairs swapped: the later one comes first.
        const swapped = step.bFrames && n % 50 !== 0 ? (i % 2 === 0 ? step.frame : -step.frame) : 0;
        unit(Math.max(0, stream + swapped));
      }
    }
  }
}

describe('media time', () => {
  it('is unique, goes on across everything, and keyframes lie after all before them', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 25 }), (steps) => {
        const seen = new Set<number>();
        let max = Number.NEGATIVE_INFINITY;
        let epochFloor = Number.NEGATIVE_INFINITY;
        let epoch = 0;
        let maxCadence = Number.NEGATIVE_INFINITY;
        play(steps, (unit) => {
          if (unit.key) expect(unit.cadence).toBeGreaterThan(maxCadence);
          maxCadence = Math.max(maxCadence, unit.cadence);
          expect(Number.isSafeInteger(unit.pts)).toBe(true);
          expect(seen.has(unit.pts)).toBe(false);
          seen.add(unit.pts);
          if (unit.epoch !== epoch) {
            epoch = unit.epoch;
            epochFloor = max;
          }
          expect(unit.pts).toBeGreaterThan(epochFloor);
          if (unit.key) expect(unit.pts).toBeGreaterThan(max);
          max = Math.max(max, unit.pts);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('is never far ahead of the arrival', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { minLength: 1, maxLength: 25 }), (steps) => {
        let max = Number.NEGATIVE_INFINITY;
        play(steps, (unit) => {
          // Only the order of units may push one further, by a millisecond after the one before it.
          expect(unit.pts).toBeLessThanOrEqual(Math.max(unit.arrival + MAX_ERROR, max + 1_000) + 100);
          max = Math.max(max, unit.pts);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('keeps to a steady camera within its least delay, whatever the jitter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 200_000 }),
        fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0.9998, 1, 1.0002),
        (frame, jitter, rate) => {
          const clock = new FakeClock();
          clock.advance(1000);
          const media = new MediaClock(clock);
          const count = Math.ceil((300 * S) / frame);
          let arrival = 0;
          let least = Number.POSITIVE_INFINITY;
          let error = 0;
          for (let i = 0; i < count; i++) {
            // The camera's clock says i × frame at the true time i × frame × rate.
            const truth = S + i * frame * rate;
            arrival = Math.max(arrival, truth + jitter[i % jitter.length]!);
            clock.advance((arrival - clock.monotonic()) / 1000);
            const mapped = media.map({ pts: i * frame, duration: null, key: i === 0 }, clock.monotonic());
            expect(mapped.discontinuity).toBeUndefined();
            if (i >= count / 2) least = Math.min(least, arrival - truth);
            error = mapped.pts - truth;
          }
          // Five minutes on, what the first unit's delay put wrong is worn off, and drift is followed.
          expect(Math.abs(error - least)).toBeLessThan(10_000);
        },
      ),
      { numRuns: 20 },
    );
  });
});

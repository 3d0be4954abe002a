import { describe, expect, it } from 'vitest';
import type { Sample } from '../../../../bench/density/subject.js';
import {
  bound,
  describeSubject,
  median,
  memoryAllowance,
  memoryPerCamera,
  type Round,
  ratio,
} from '../../../../bench/density/summary.js';

const sample = (subject: string, cameras: number, cpuMicros: number, rssBytes = 0): Sample => ({
  subject,
  cameras,
  seconds: 10,
  idleShare: 0.5,
  groups: { engine: { processes: 1, threads: 3, cpuMicros, rssBytes, pssBytes: rssBytes } },
  work: { units: 250 * cameras },
});

describe('the summary', () => {
  it('takes ratios per camera and within a round', () => {
    const rounds = [
      { samples: [sample('a', 32, 3200), sample('b', 8, 400)] },
      { samples: [sample('a', 32, 9600), sample('b', 8, 800)] },
      { samples: [sample('a', 32, 6400), sample('b', 8, 100)] },
    ];
    // 2, 3 and 16; the ratio of the medians would be 4.
    expect(ratio(rounds, { subject: 'a', cameras: 32 }, { subject: 'b', cameras: 8 })).toBe(3);
    expect(ratio(rounds, { subject: 'a', cameras: 32 }, { subject: 'c', cameras: 8 })).toBeNaN();
  });

  it('gives percent of a core per camera, and of no cameras the whole', () => {
    const of = (cameras: number, cpu: number) => {
      const rounds = [{ samples: [sample('a', cameras, cpu)] }];
      return describeSubject(rounds, { subject: 'a', cameras }).find(({ metric }) => metric === 'CPU per camera')
        ?.value;
    };
    expect(of(4, 400_000)).toBe(1);
    expect(of(0, 400_000)).toBe(4);
  });

  it('names the part of the table that a figure belongs to', () => {
    const rows = describeSubject([{ samples: [sample('a', 2, 1)] }], { subject: 'a', cameras: 2 }, '640x360, busy');
    expect(new Set(rows.map(({ name }) => name))).toEqual(new Set(['640x360, busy: a, 2 cameras']));
  });

  it('counts energy above what the machine uses with nobody at work, where it is known', () => {
    const energyOf = (rounds: Round[]) =>
      describeSubject(rounds, { subject: 'a', cameras: 4 }).find(({ unit }) => unit === 'Wh')?.value;
    const used = { ...sample('a', 4, 1), joules: 100 };
    // 10 W of which 4 are nobody's: 1.5 W for each camera.
    expect(energyOf([{ samples: [used], idleWatts: 4 }])).toBe(36);
    expect(energyOf([{ samples: [sample('a', 4, 1)] }])).toBeUndefined();
  });

  it('adds up the movement of all rounds, if there was any', () => {
    const keptOf = (...all: [moved: number, kept: number][]) =>
      describeSubject(
        all.map(([moved, kept]) => ({ samples: [{ ...sample('a', 4, 1), kept: { moved, kept } }] })),
        { subject: 'a', cameras: 4 },
      ).find(({ metric }) => metric === 'movement in clips');
    expect(keptOf([10, 10], [30, 26])).toMatchObject({ value: 0.9, said: '36.0 of 40.0 s' });
    expect(keptOf([0, 0])).toBeUndefined();
  });

  it('counts memory against the process without cameras', () => {
    const rounds = [{ samples: [sample('a', 10, 1, 150e6), sample('idle', 0, 1, 100e6)] }];
    expect(memoryPerCamera(rounds, { subject: 'a', cameras: 10 }, { subject: 'idle', cameras: 0 })).toBe(5);
    expect(memoryAllowance({ bitsPerSecond: 800_000, gopSeconds: 2, preRollSeconds: 5 })).toBeCloseTo(4.05);
  });

  it('says whether a bound is met, missed or not measured', () => {
    const limitOf = (value: number) => bound('x', 'CPU', value, 2.2, '×').limit;
    expect(limitOf(2.2)).toEqual({ is: 'at most 2.2', verdict: 'met' });
    expect(limitOf(2.3)?.verdict).toBe('MISSED');
    expect(limitOf(Number.NaN)?.verdict).toBe('not measured');
  });

  it('takes the middle of the samples', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});

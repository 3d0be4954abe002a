import { describe, expect, it } from 'vitest';
import { samplesOf } from '../../../../bench/common/metric-samples.js';
import { type Measured, resultsOf } from '../../../../bench/many/figures.js';

const metrics = (dropped: number, units: number, lags: readonly number[]) =>
  samplesOf(
    [
      `sluice_frames_dropped_total{camera="a",cause="decoderBehind"} ${dropped}`,
      'sluice_frames_dropped_total{camera="b",cause="noPicture"} 3',
      `sluice_units_total{camera="a"} ${units}`,
      ...lags.map((lag, engine) => `nodejs_eventloop_lag_p99_seconds{engine="${engine}"} ${lag}`),
    ].join('\n'),
  );

const group = { processes: 1, threads: 1, cpuMicros: 5_000_000, rssBytes: 0, pssBytes: 100e6 };

const measured: Measured = {
  cameras: 2,
  calmAfter: 9,
  sample: {
    ...{ subject: 'Sluice', cameras: 2, seconds: 10, idleShare: 0.4, work: {} },
    groups: { engine: group, 'decode host': { ...group, cpuMicros: 1_000_000 } },
  },
  metricSeconds: 12.5,
  before: metrics(1, 100, [0.02, 0.02]),
  after: metrics(8, 600, [0.03, 0.07]),
  verdict: {
    movements: 2,
    missed: [{ camera: 1, begins: 0, ends: 1 }],
    unrecorded: [],
    ...{ afterPicture: [1400, 2600], afterBegin: [1500, 2700], strays: [] },
  },
  degraded: new Map([
    ['insensitive', 4],
    ['detectorBusy', 2],
  ]),
  replayer: { leftOut: 0, late: { p50: 1, p99: 3, max: 9 }, cpuMicros: 2_000_000 },
};

describe('the figures of many cameras', () => {
  const rows = resultsOf(measured);
  const figureOf = (metric: string) => rows.find((row) => row.metric === metric)?.value;
  const verdictOn = (metric: string) => rows.find((row) => row.metric === metric)?.limit?.verdict;

  it('are of the window alone', () => {
    expect(figureOf('pictures dropped')).toBe(7);
    expect(figureOf('pictures dropped, decoderBehind')).toBe(7);
    expect(figureOf('pictures dropped, noPicture')).toBe(0);
    expect(figureOf('pictures received per camera and second')).toBe(20);
    expect(figureOf('CPU, engine')).toBe(50);
    expect(figureOf('CPU per camera')).toBe(30);
    expect(figureOf('CPU of the cameras')).toBe(20);
    expect(figureOf('PSS per camera')).toBe(100);
  });

  it('miss their goals where they do', () => {
    expect(verdictOn('movements without an event')).toBe('MISSED');
    expect(verdictOn('movements that no clip has whole')).toBe('met');
    expect(verdictOn('first event after its picture, p99')).toBe('MISSED');
    expect(verdictOn('pictures dropped')).toBe('MISSED');
    expect(verdictOn('connections lost')).toBe('met');
  });

  it('take the slowest of several main threads, and only real blindness for blindness', () => {
    expect(figureOf('main thread late, p99')).toBe(50);
    expect(verdictOn('main thread late, p99')).toBe('met');
    expect(figureOf('times that a detector was blind')).toBe(2);
    expect(figureOf('times that a detector was insensitive')).toBe(4);
  });
});

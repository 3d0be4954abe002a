import { type Sample as MetricSample, sumOf } from '../common/metric-samples.js';
import { atMost, type BenchResult } from '../common/result.js';
import type { Sample } from '../density/subject.js';
import { percentile } from '../latency/percentile.js';
import type { Verdict } from './judge.js';
import type { ReplayerFigures } from './replayer.js';
import { STREAM } from './scenes.js';

/** All that was measured. */
export interface Measured {
  cameras: number;
  /** Seconds from the first pipeline until the cameras had come to rest. */
  calmAfter: number;
  /** Of the processes of the engine. */
  sample: Sample;
  /** The engine's metrics at both ends of the window. */
  before: readonly MetricSample[];
  after: readonly MetricSample[];
  /** Between the two. */
  metricSeconds: number;
  verdict: Verdict;
  /** Times that detection was not what it should be, by cause. */
  degraded: ReadonlyMap<string, number>;
  replayer: ReplayerFigures & { cpuMicros: number };
}

/** A GOP, and what decoding it faster than in life may take. */
const MOST_TOLD_AFTER = STREAM.gopSeconds + 0.5;
const MOST_LAG_MS = 50;
/** Of the timer whose delays are measured: a thread that is never late shows so much. */
const TIMER_MS = 20;
const MB = 1e6;
export const DROPPED = 'sluice_frames_dropped_total';
export const GLANCES = 'sluice_decode_keyframes_only';
const INSENSITIVE = 'insensitive';

export const resultsOf = (measured: Measured): BenchResult[] => {
  const name = `${measured.cameras} cameras`;
  const line = (metric: string, value: number, unit: string): BenchResult => ({
    ...{ name, metric, unit },
    value: Number(value.toPrecision(4)),
  });
  return [
    ...toldRows(measured, line),
    ...lossRows(measured, line),
    ...engineRows(measured, line),
    ...cameraRows(measured, line),
  ];
};

type Line = (metric: string, value: number, unit: string) => BenchResult;

const toldRows = ({ verdict }: Measured, line: Line): BenchResult[] => {
  const { movements, missed, unrecorded, strays } = verdict;
  const after = (what: string, ms: readonly number[], share: number, named: string): BenchResult =>
    line(`${what}, ${named}`, percentile(ms, share) / 1000, 's');
  const picture = 'first event after its picture';
  const begin = 'first event after movement began';
  return [
    line('movements', movements, ''),
    atMost(line('movements without an event', missed.length, ''), 0),
    atMost(line('movements that no clip has whole', unrecorded.length, ''), 0),
    atMost(after(picture, verdict.afterPicture, 0.99, 'p99'), MOST_TOLD_AFTER),
    after(picture, verdict.afterPicture, 0.5, 'p50'),
    after(picture, verdict.afterPicture, 1, 'maximum'),
    after(begin, verdict.afterBegin, 0.5, 'p50'),
    after(begin, verdict.afterBegin, 0.99, 'p99'),
    after(begin, verdict.afterBegin, 1, 'maximum'),
    line('events while nothing moved', strays.length, ''),
  ];
};

const lossRows = ({ before, after, degraded }: Measured, line: Line): BenchResult[] => {
  const growth = (name: string, labels: Readonly<Record<string, string>> = {}): number =>
    (sumOf(after, name, labels) ?? 0) - (sumOf(before, name, labels) ?? 0);
  const causes = [...new Set(after.filter(({ name }) => name === DROPPED).map(({ labels }) => labels['cause'] ?? ''))];
  const blind = [...degraded].filter(([cause]) => cause !== INSENSITIVE).reduce((sum, [, times]) => sum + times, 0);
  return [
    atMost(line('pictures dropped', growth(DROPPED), ''), 0),
    ...causes.sort().map((cause) => line(`pictures dropped, ${cause}`, growth(DROPPED, { cause }), '')),
    atMost(line('times that a camera was decoded less', growth('sluice_decode_reductions_total'), ''), 0),
    atMost(line('data dropped by nodes', growth('va_data_dropped_total'), ''), 0),
    atMost(line('times that a detector was blind', blind, ''), 0),
    line('times that a detector was insensitive', degraded.get(INSENSITIVE) ?? 0, ''),
    atMost(line('connections lost', growth('sluice_reconnects_total'), ''), 0),
    atMost(line('media hosts lost', growth('sluice_host_deaths_total'), ''), 0),
  ];
};

const engineRows = (
  { cameras, calmAfter, sample, before, after, metricSeconds }: Measured,
  line: Line,
): BenchResult[] => {
  const groups = Object.entries(sample.groups);
  const cpu = (micros: number): number => micros / 1e4 / sample.seconds;
  const total = (of: (group: Sample['groups'][string]) => number): number =>
    groups.reduce((sum, [, group]) => sum + of(group), 0);
  // Of several engines, the one that is slowest.
  const lags = after.filter(({ name }) => name === 'nodejs_eventloop_lag_p99_seconds').map(({ value }) => value);
  const slowest = lags.length === 0 ? Number.NaN : Math.max(...lags);
  const perSecond = (name: string): number => ((sumOf(after, name) ?? 0) - (sumOf(before, name) ?? 0)) / metricSeconds;
  const glancing = (of: readonly MetricSample[]): number => sumOf(of, GLANCES) ?? 0;
  return [
    atMost(line('main thread late, p99', Math.max(0, slowest * 1000 - TIMER_MS), 'ms'), MOST_LAG_MS),
    line('CPU, all', cpu(total(({ cpuMicros }) => cpuMicros)), '% of a core'),
    ...groups.map(([group, { cpuMicros }]) => line(`CPU, ${group}`, cpu(cpuMicros), '% of a core')),
    line('CPU per camera', cpu(total(({ cpuMicros }) => cpuMicros)) / cameras, '% of a core'),
    line('PSS per camera', total(({ pssBytes }) => pssBytes) / MB / cameras, 'MB'),
    ...groups.map(([group, { pssBytes }]) => line(`PSS, ${group}`, pssBytes / MB, 'MB')),
    line('idle time of the machine', sample.idleShare * 100, '%'),
    line('pictures received per camera and second', perSecond('sluice_units_total') / cameras, '1/s'),
    line('pictures judged per camera and second', perSecond('sluice_frames_judged_total') / cameras, '1/s'),
    line('cameras whose keyframes alone are decoded', (glancing(before) + glancing(after)) / 2, ''),
    line('calm after', calmAfter, 's'),
    line('pictures dropped until then', sumOf(before, DROPPED) ?? 0, ''),
  ];
};

const cameraRows = ({ replayer, sample }: Measured, line: Line): BenchResult[] => [
  line('CPU of the cameras', replayer.cpuMicros / 1e4 / sample.seconds, '% of a core'),
  line('pictures sent late, p99', replayer.late.p99, 'ms'),
  line('pictures sent late, maximum', replayer.late.max, 'ms'),
  atMost(line('pictures that cameras could not send', replayer.leftOut, ''), 0),
];

import type { BenchResult } from '../../bench/common/result.js';
import type { BenchReport } from '../../bench/whole/report.js';

/** Results of a run that never was: every figure is invented. */

const QUIET = { before: { others: 0.01, stolen: 0, average: 0.1 }, during: { others: 0.02, stolen: 0 } };
const BUSY = { before: { others: 0.4, stolen: 0.01, average: 3 }, during: { others: 0.6, stolen: 0.02 } };

const report = (suite: string, results: BenchResult[], more: Partial<BenchReport> = {}): BenchReport => ({
  machine: {
    ...{ cpu: 'Invented <CPU> 1', cores: 4, memoryMiB: 8192, node: 'v20.19.0', platform: 'linux-x64' },
    ...{ os: 'Debian GNU/Linux 12 (bookworm)', sluice: '0.0.0', programs: { 'gst-launch': '1.22.0', motion: '4.5.1' } },
  },
  ...{ suite, results, quick: true, started: '2026-01-02T03:04:05.000Z', seconds: 61, load: QUIET },
  ...more,
});

const row = (name: string, metric: string, value: number, unit: string, more: Partial<BenchResult> = {}) => ({
  ...{ name, metric, value, unit, ...more },
});

const density = (idle: number): BenchResult[] => {
  const of = (name: string, cpu: number, memory: number) => [
    row(name, 'CPU per camera', cpu, '% of a core'),
    row(name, 'PSS per camera', memory, 'MB'),
    row(name, 'idle time of the machine', idle, '%'),
  ];
  const quiet = '640x360, quiet:';
  return [
    row(`${quiet} Sluice adaptive, 16 cameras`, 'CPU against the peer', 1 / 3, '×', {
      ...{ versus: 'Motion passthrough', limit: { is: 'at most 0.4', verdict: 'met' } },
    }),
    ...of(`${quiet} Sluice adaptive, 16 cameras`, 2, 15),
    ...of(`${quiet} Sluice direct adaptive, 16 cameras`, 1, 12),
    ...of(`${quiet} Motion passthrough, 16 cameras`, 6, 10),
    ...of(`${quiet} gst-launch decode, a process per camera, 16 cameras`, 1.5, 6),
    ...of('gst-launch ingest, a process per camera, 32 cameras', 1.5, 6),
    ...of('Sluice direct, received only, 32 cameras', 1.53, 9),
  ];
};

const detector = (name: string, recall: number, falseShare: number): BenchResult[] => [
  row(`${name} run 5`, 'recall, mean', recall, 'of 40 events'),
  row(`${name} run 5`, 'false seconds, mean', falseShare, 'of 200 seconds'),
];

/** Everything that a page can have to tell. */
export const inventedReports = (): BenchReport[] => [
  report('density', density(40)),
  report('kernel', [
    row('generated 320x180', 'whole detector, median', 25, 'µs'),
    row('generated 320x180', 'OpenCV MOG2, median', 1000, 'µs'),
  ]),
  report('accuracy', [
    ...detector('sluice', 0.95, 0.01),
    ...detector('mog2', 1, 0.5),
    ...detector('census', 0.99, 0.2),
    ...detector('knn', 0.97, 0.4),
    ...detector('motion', 0.6, 0.011),
  ]),
  report('latency', [
    row('8 cameras', 'p50', 70, 'ms', { limit: { is: 'at most 60', verdict: 'MISSED' } }),
    row('8 cameras', 'p99', 150, 'ms', { limit: { is: 'at most 200', verdict: 'met' } }),
    row('8 cameras & <one>', 'pictures | lost', Number.NaN, 'pictures', { missing: 'nobody counted' }),
  ]),
  report('events', [], { trouble: { kind: 'failed', why: 'ended by SIGSEGV: the socket is gone' } }),
  report('page', [], {
    trouble: { kind: 'missing', why: 'Chromium is not installed' },
    machine: { ...report('page', []).machine, programs: { chromium: null } },
  }),
];

/** The same, on a machine that had other work. */
export const busyReports = (): BenchReport[] =>
  inventedReports().map((each) => ({
    ...each,
    load: BUSY,
    ...(each.suite === 'density' ? { results: density(1) } : {}),
  }));

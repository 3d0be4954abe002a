import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../engine/index.js';
import type { BenchResult } from '../common/result.js';
import type { Panel } from './plot.js';
import { type Point, trendOf, verdictOf } from './trend.js';

export interface Sample {
  minute: number;
  engineRssMiB: number;
  engineThreads: number;
  engineFds: number;
  hostsRssMiB: number;
  hostsThreads: number;
  hostsFds: number;
  walMiB: number;
  hosts: number;
  hostRestarts: number;
  reconnects: number;
  clips: number;
  events: number;
}

interface Figure {
  title: string;
  unit: string;
  of(sample: Sample): number;
  /** Growth in an hour that is accepted, from the figure's usual size. */
  allowed(usual: number): number;
}

const MIB = 1024 * 1024;
/** What a leak is looked for in: the rest of a run is warm-up. */
const LAST_MINUTES = 40;
/** A shorter run is all warm-up: caches fill, and the heap finds its size. */
const LEAST_MINUTES = 20;

/** What is allowed in an hour: 2 % of the memory; 5 % of what is counted, which comes and goes with every reconnect. */
const ofMemory = (usual: number): number => Math.max(4, usual / 50);
const ofCount = (usual: number): number => Math.max(1, usual / 20);

const FIGURES: readonly Figure[] = [
  { title: 'engine memory', unit: 'MiB', of: (sample) => sample.engineRssMiB, allowed: ofMemory },
  { title: 'engine threads', unit: '', of: (sample) => sample.engineThreads, allowed: ofCount },
  { title: 'engine descriptors', unit: '', of: (sample) => sample.engineFds, allowed: ofCount },
  { title: 'hosts memory', unit: 'MiB', of: (sample) => sample.hostsRssMiB, allowed: ofMemory },
  { title: 'hosts threads', unit: '', of: (sample) => sample.hostsThreads, allowed: ofCount },
  { title: 'hosts descriptors', unit: '', of: (sample) => sample.hostsFds, allowed: ofCount },
  { title: 'write-ahead log', unit: 'MiB', of: (sample) => sample.walMiB, allowed: ofMemory },
];

export interface Seen {
  reconnects: number;
  clips: number;
  events: number;
}

export const takeSample = (engine: Engine, dataDir: string, minute: number, seen: Seen, cameras: number): Sample => {
  const { hosts } = engine.stats();
  const sum = (of: (host: (typeof hosts)[number]) => number): number => hosts.reduce((all, host) => all + of(host), 0);
  return {
    minute: Math.round(minute * 100) / 100,
    engineRssMiB: inMiB(process.memoryUsage.rss()),
    engineThreads: threadsOf('self'),
    engineFds: readdirSync('/proc/self/fd').length,
    hostsRssMiB: inMiB(sum((host) => host.rssBytes)),
    hostsThreads: sum((host) => (host.pid === undefined ? 0 : threadsOf(host.pid))),
    hostsFds: sum((host) => host.fds),
    walMiB: inMiB(statSync(join(dataDir, 'sluice.db-wal'), { throwIfNoEntry: false })?.size ?? 0),
    hosts: hosts.length,
    hostRestarts: sum((host) => host.restarts),
    reconnects: Math.max(0, seen.reconnects - cameras),
    clips: seen.clips,
    events: seen.events,
  };
};

const inMiB = (bytes: number): number => Math.round((bytes / MIB) * 10) / 10;

const threadsOf = (process: number | 'self'): number => {
  try {
    return Number(/^Threads:\s+(\d+)$/m.exec(readFileSync(`/proc/${process}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    return 0; // it has just ended
  }
};

const judged = (figure: Figure, samples: readonly Sample[]) => {
  const points: Point[] = samples.map((sample) => ({ minute: sample.minute, value: figure.of(sample) }));
  const end = points.at(-1)?.minute ?? 0;
  // A short run has a third for its warm-up.
  const from = Math.max(end / 3, end - LAST_MINUTES);
  const steady = points.filter(({ minute }) => minute >= from);
  const trend = trendOf(steady);
  // Neither a short run nor one of two samples can tell.
  const canTell = end >= LEAST_MINUTES && Number.isFinite(trend.error);
  const verdict = canTell ? verdictOf(trend, figure.allowed(trend.last)) : 'unclear';
  return { points, trend: { ...trend, from: steady[0]?.minute ?? 0 }, verdict };
};

export const panelsOf = (samples: readonly Sample[]): Panel[] =>
  FIGURES.map((figure) => ({ title: figure.title, unit: figure.unit, ...judged(figure, samples) }));

export const csvOf = (samples: readonly Sample[]): string => {
  const names = Object.keys(samples[0] ?? {}) as (keyof Sample)[];
  return `${[names.join(','), ...samples.map((sample) => names.map((name) => sample[name]).join(','))].join('\n')}\n`;
};

const LIMIT_VERDICTS = { steady: 'met', grows: 'MISSED', unclear: 'undecided' } as const;

/** For each figure its size at the end, and how it grows. */
export const resultsOf = (samples: readonly Sample[], failures: number, name: string): BenchResult[] => {
  const final = samples.at(-1);
  return [
    ...FIGURES.flatMap((figure): BenchResult[] => {
      const { trend, verdict } = judged(figure, samples);
      const most = figure.allowed(trend.last);
      const isKnown = Number.isFinite(trend.error);
      return [
        { name, metric: figure.title, value: round(trend.last), unit: figure.unit },
        {
          name,
          metric: `${figure.title}, growth`,
          value: round(trend.perHour),
          unit: `${figure.unit}/h`,
          said: isKnown ? `${round(trend.perHour)} ± ${round(trend.error)} ${figure.unit}/h` : 'too few samples',
          limit: { is: `at most ${round(most)}`, verdict: LIMIT_VERDICTS[verdict] },
        },
      ];
    }),
    { name, metric: 'hosts replaced', value: final?.hostRestarts ?? 0, unit: '' },
    { name, metric: 'reconnects', value: final?.reconnects ?? 0, unit: '' },
    { name, metric: 'clips', value: final?.clips ?? 0, unit: '' },
    { name, metric: 'failed clips', value: failures, unit: '' },
  ];
};

const round = (value: number): number => Math.round(value * 100) / 100;

import { atMost, type BenchResult } from '../common/result.js';
import { rowName } from './names.js';
import type { Sample } from './subject.js';

/** What the samples of all rounds say. Ratios are taken within a round, where noise hits both sides alike; medians of those. */

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export interface Round {
  samples: readonly Sample[];
  /** What the machine used while nobody was measured, in watts, where it tells. */
  idleWatts?: number;
}

export interface Key {
  subject: string;
  cameras: number;
}

const find = (round: Round, key: Key): Sample | undefined =>
  round.samples.find((sample) => sample.subject === key.subject && sample.cameras === key.cameras);

const totalCpu = (sample: Sample): number =>
  Object.values(sample.groups).reduce((sum, group) => sum + group.cpuMicros, 0);

const totalPss = (sample: Sample): number =>
  Object.values(sample.groups).reduce((sum, group) => sum + group.pssBytes, 0);

/** Percent of one core per camera; of a run without cameras, in all. */
const percent = (cpuMicros: number, sample: Sample): number => cpuMicros / 1e4 / sample.seconds / shares(sample);

/** Of all processes, in percent of a core per camera. */
export const perCamera = (sample: Sample): number => percent(totalCpu(sample), sample);

/** Of a group of processes, likewise. */
export const perCameraIn = (sample: Sample, group: string): number =>
  percent(sample.groups[group]?.cpuMicros ?? 0, sample);

const shares = (sample: Sample): number => Math.max(1, sample.cameras);

/** Median over the rounds of a value that may be missing in some; NaN when it is missing in all. */
const over = (rounds: readonly Round[], key: Key, of: (sample: Sample, round: Round) => number | undefined): number =>
  median(
    rounds.flatMap((round) => {
      const sample = find(round, key);
      const value = sample && of(sample, round);
      return value === undefined ? [] : [value];
    }),
  );

export const ratio = (rounds: readonly Round[], ours: Key, theirs: Key): number =>
  over(rounds, ours, (sample, round) => {
    const peer = find(round, theirs);
    return peer && totalCpu(sample) / sample.cameras / sample.seconds / (totalCpu(peer) / peer.cameras / peer.seconds);
  });

const round = (value: number): number => Number(value.toPrecision(4));
const MB = 1e6;

const HOURS_A_DAY = 24;

/** Above what the machine uses with nobody at work: watt-hours that a camera takes in a day. */
const dailyWattHours = (sample: Sample, { idleWatts }: Round): number | undefined =>
  sample.joules === undefined || idleWatts === undefined
    ? undefined
    : ((sample.joules / sample.seconds - idleWatts) / shares(sample)) * HOURS_A_DAY;

/** All that was measured of one subject. @param place the part of the table, if there are several */
export const describeSubject = (rounds: readonly Round[], key: Key, place?: string): BenchResult[] => {
  const name = rowName(key.subject, key.cameras, place);
  const first = rounds.map((each) => find(each, key)).find((sample) => sample !== undefined);
  if (!first) return [];
  const line = (
    metric: string,
    unit: string,
    of: (sample: Sample, round: Round) => number | undefined,
  ): BenchResult => ({
    name,
    metric,
    value: round(over(rounds, key, of)),
    unit,
  });
  const groups = Object.keys(first.groups);
  return [
    line('CPU per camera', '% of a core', (sample) => percent(totalCpu(sample), sample)),
    ...(groups.length > 1
      ? groups.map((group) => line(`CPU per camera, ${group}`, '% of a core', (sample) => perCameraIn(sample, group)))
      : []),
    line('PSS per camera', 'MB', (sample) => totalPss(sample) / MB / shares(sample)),
    ...(first.joules === undefined ? [] : [line('energy per camera and day', 'Wh', dailyWattHours)]),
    ...keptLine(rounds, key, name),
    line('idle time of the machine', '%', (sample) => sample.idleShare * 100),
    ...groups.flatMap((group) => [
      line(`RSS per camera, ${group}`, 'MB', (sample) => (sample.groups[group]?.rssBytes ?? 0) / MB / shares(sample)),
      line(`PSS per camera, ${group}`, 'MB', (sample) => (sample.groups[group]?.pssBytes ?? 0) / MB / shares(sample)),
      line(`processes, ${group}`, '', (sample) => sample.groups[group]?.processes),
      line(`threads, ${group}`, '', (sample) => sample.groups[group]?.threads),
    ]),
    ...Object.keys(first.work).map((counter) =>
      line(
        `${counter} per camera and second`,
        '1/s',
        (sample) => (sample.work[counter] ?? 0) / sample.seconds / shares(sample),
      ),
    ),
  ];
};

/** Of all rounds together: a round has few movements. */
const keptLine = (rounds: readonly Round[], key: Key, name: string): BenchResult[] => {
  const all = rounds.flatMap((each) => find(each, key)?.kept ?? []);
  const moved = all.reduce((sum, each) => sum + each.moved, 0);
  if (moved === 0) return [];
  const kept = all.reduce((sum, each) => sum + each.kept, 0);
  const said = `${kept.toFixed(1)} of ${moved.toFixed(1)} s`;
  return [{ name, metric: 'movement in clips', value: round(kept / moved), unit: '', said }];
};

/** What the engine's process has grown by per camera, against the same process without cameras. */
export const memoryPerCamera = (rounds: readonly Round[], key: Key, idle: Key): number =>
  over(rounds, key, (sample, each) => {
    const empty = find(each, idle)?.groups['engine'];
    const full = sample.groups['engine'];
    return empty && full && (full.rssBytes - empty.rssBytes) / MB / sample.cameras;
  });

/** In MB: what the ring must hold, half as much again, and a fixed part for decoder state, slab and bookkeeping. */
export const memoryAllowance = (stream: {
  bitsPerSecond: number;
  gopSeconds: number;
  preRollSeconds: number;
}): number => ((stream.preRollSeconds + stream.gopSeconds) * (stream.bitsPerSecond / 8) * 1.5 + 3 * MB) / MB;

/** A bound as a line: the value, and in its unit how much is allowed. */
export const bound = (name: string, metric: string, value: number, most: number, unit: string): BenchResult =>
  atMost({ name, metric, value: round(value), unit }, round(most));

/** What the runs amount to: medians and worst of each tracker, and how ours compares. */
import type { BenchResult } from '../common/result.js';
import { median } from '../density/summary.js';
import type { Run } from './runs.js';

/** All runs of a tracker on a clip with detections of every k-th frame. */
export interface Scored {
  clip: string;
  every: number;
  tracker: string;
  /** `bound`: what nobody can be better than. */
  role: 'own' | 'peer' | 'bound';
  runs: Run[];
}

type Metric = 'hota' | 'idf1' | 'bridgedIou' | 'bridgedCover';

const NAMES: readonly (readonly [Metric, string])[] = [
  ['hota', 'HOTA'],
  ['idf1', 'IDF1'],
  ['bridgedIou', 'IoU of bridged pairs'],
  ['bridgedCover', 'IoU of all bridged boxes'],
];

/** Where every frame has detections nothing is bridged. */
const metricsWith = (every: number) => NAMES.filter(([metric]) => every > 1 || !metric.startsWith('bridged'));

const valuesOf = ({ runs }: Scored, metric: Metric | 'micros' | 'switches'): number[] => runs.map((run) => run[metric]);

export function rowsOf(scored: Scored): BenchResult[] {
  const name = `${scored.clip} k=${scored.every} ${scored.tracker}`;
  const rows = metricsWith(scored.every).flatMap(([metric, title]): BenchResult[] => {
    const values = valuesOf(scored, metric);
    return [
      { name, metric: title, value: median(values), unit: '' },
      { name, metric: `${title}, worst`, value: Math.min(...values), unit: '' },
    ];
  });
  rows.push({ name, metric: 'changes of id', value: median(valuesOf(scored, 'switches')), unit: '' });
  const micros = valuesOf(scored, 'micros');
  if (micros.every(Number.isFinite)) {
    rows.push({ name, metric: 'per object and frame, least', value: Math.min(...micros), unit: 'µs' });
  }
  return rows;
}

/** How much of a tracker's IDF1 is left with sparse detections, and what the best peer comes to. */
export function comparisons(all: readonly Scored[]): BenchResult[] {
  return all.flatMap((own): BenchResult[] => {
    if (own.role !== 'own') return [];
    const name = `${own.clip} k=${own.every} ${own.tracker}`;
    const dense = all.find((one) => one.clip === own.clip && one.tracker === own.tracker && one.every === 1);
    const kept: BenchResult[] =
      dense === undefined || own.every === 1
        ? []
        : [
            {
              name,
              metric: 'share of its IDF1 with k=1',
              value: median(valuesOf(own, 'idf1')) / median(valuesOf(dense, 'idf1')),
              unit: '',
            },
          ];
    const peers = all.filter((one) => one.role === 'peer' && one.clip === own.clip && one.every === own.every);
    const against = metricsWith(own.every).flatMap(([metric, title]): BenchResult[] => {
      const best = peers.toSorted((a, b) => median(valuesOf(b, metric)) - median(valuesOf(a, metric)))[0];
      if (best === undefined) return [];
      const value = median(valuesOf(own, metric));
      const ratio = value / median(valuesOf(best, metric));
      return [{ name, metric: `${title} and the best peer`, value, unit: '', versus: best.tracker, ratio }];
    });
    return [...kept, ...against];
  });
}

/**
 * Tracking: our tracker and its peers over clips with a labelled box for every object of every frame. A simulated detector
 * tells of every k-th frame; scored are all frames. --clips DIR (default ../shared/footage), --seeds N (default 5),
 * --accuracy low|medium|high (default all), --peers no. --quick: two seeds, k of 1 and 15, medium only.
 */
import { resolve } from 'node:path';
import { ACCURACY } from '../../wasm/tracker/accuracy.js';
import type { TrackerAccuracy } from '../../wasm/types.js';
import { numberOf } from '../common/numbers.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { findTrackingClips } from './footage.js';
import { HoldLast, NorfairLike, type PeerTracker, Sort } from './peers.js';
import { type Run, runOwn, runPeer, setup } from './runs.js';

const PEERS: Readonly<Record<string, (every: number) => PeerTracker>> = {
  hold: () => new HoldLast(),
  sort: () => new Sort(),
  norfair: (every) => new NorfairLike(every),
};

const METRICS = ['hota', 'idf1', 'bridgedIou', 'bridgedCover', 'detA', 'assA', 'switches', 'micros'] as const;

const log = (text: string): boolean => process.stderr.write(`${text}\n`);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const clips = findTrackingClips(resolve(options.args.get('clips') ?? '../shared/footage'));
  const seeds = numberOf(options.args, 'seeds') ?? (options.quick ? 2 : 5);
  const asked = options.args.get('accuracy') as TrackerAccuracy | undefined;
  const accuracies: TrackerAccuracy[] = asked ? [asked] : options.quick ? ['medium'] : ['low', 'medium', 'high'];
  const steps = options.args.get('every')?.split(',').map(Number) ?? (options.quick ? [1, 15] : [1, 5, 8, 15]);
  const results: BenchResult[] = [];
  for (const clip of clips) {
    for (const every of steps) {
      const setups = Array.from({ length: seeds }, (_, seed) => setup(clip, every, seed + 1));
      const rows: [string, Run[]][] = accuracies.map((accuracy) => [
        `sluice ${accuracy}`,
        setups.map((given) => runOwn(given, accuracy, ACCURACY[accuracy].width)),
      ]);
      if (options.args.get('peers') !== 'no')
        for (const [name, peer] of Object.entries(PEERS))
          rows.push([name, setups.map((given) => runPeer(given, peer(every)))]);
      for (const [name, runs] of rows) {
        const figures = METRICS.map((metric) => [metric, median(runs.map((run) => run[metric]))] as const);
        const shown = figures.filter(([, value]) => Number.isFinite(value));
        log(
          `${clip.name} k=${every} ${name}: ${shown.map(([metric, value]) => `${metric} ${value.toFixed(3)}`).join(', ')}`,
        );
        for (const [metric, value] of shown) {
          results.push({
            name: `${clip.name}, every ${every}: ${name}`,
            metric,
            value,
            unit: metric === 'micros' ? 'µs' : '',
          });
        }
      }
    }
  }
  return results;
}

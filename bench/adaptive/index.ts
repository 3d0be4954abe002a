/**
 * Recall of the policy `adaptive` against `fps:5`: the same scenes, the same pictures, the engine's own decisions. Options are
 * in about.ts.
 */
import { resolve } from 'node:path';
import { parseDecodePolicy } from '../../engine/core/decode-policy.js';
import { findClips } from '../accuracy/clips.js';
import { percentile } from '../accuracy/protocol.js';
import { sum } from '../common/numbers.js';
import { atMost, type BenchOptions, type BenchResult } from '../common/result.js';
import { RATES } from './coding.js';
import { type Fate, fatesOf } from './fates.js';
import { type Kept, keptOf, rowsOfKept } from './kept.js';
import { LENGTHS, realScenes, shortScenes, wholeScenes } from './scenes.js';

/** A clip that begins so much later has lost something. */
const MOST_LATER = 0.2;

const say = (text: string): boolean => process.stderr.write(`${text}\n`);

export const run = async ({ quick, args }: BenchOptions): Promise<BenchResult[]> => {
  const clips = findClips(resolve(args.get('clips') ?? '../shared/footage'));
  const gops = (args.get('gop') ?? (quick ? '2,4' : '1,2,4,10')).split(',').map(Number);
  const policies = (args.get('policies') ?? (quick ? 'adaptive' : 'adaptive,adaptive:1/3')).split(',');
  for (const policy of policies) if (!parseDecodePolicy(policy)) throw new Error(`no policy ${policy}`);
  const fates: Fate[] = [];
  const kept: Kept[] = [];
  for (const gop of gops) {
    for (const rate of RATES) {
      const from = { gop, rate, policies, verbose: args.has('verbose') };
      say(`keyframes ${gop} s apart, ${rate}`);
      for (const scene of realScenes(clips, quick ? 1 : 3)) fates.push(...(await fatesOf(scene, 'real events', from)));
      for (const scene of wholeScenes(clips, quick ? 1 : 3)) kept.push(...(await keptOf(scene, from)));
      for (const scene of shortScenes(clips, quick ? 1 : 2)) {
        fates.push(...(await fatesOf(scene, `something there for ${scene.length} s`, from)));
      }
    }
  }
  if (fates.length === 0) throw new Error('no clips with calm parts were found');
  return [...rowsOf(fates), ...rowsOfKept(kept)];
};

/** Each group of events under its policy, in the order in which they came. */
export const rowsOf = (fates: readonly Fate[]): BenchResult[] => {
  const groups = new Map<string, Fate[]>();
  for (const fate of fates) groups.set(fate.group, [...(groups.get(fate.group) ?? []), fate]);
  return [...groups].flatMap(([name, group]) => {
    const later = group.flatMap((fate) => fate.later ?? []);
    const told = group.flatMap((fate) => fate.toldAfter ?? []);
    const decoded = sum(group.map((fate) => fate.decoded)) / sum(group.map((fate) => fate.decodedByAll));
    const found = { name, metric: 'events found', value: later.length / group.length, unit: '' };
    const worst = { name, metric: 'begins later, worst', value: Math.max(...later), unit: 's' };
    // What is there for less than the distance of two keyframes may be missed: that is published, and no goal.
    const isReal = !LENGTHS.some((length) => name.endsWith(` ${length} s`));
    return [
      { ...(isReal ? atLeastAll(found) : found), said: `${later.length} of ${group.length}` },
      ...(later.length > 0
        ? [
            isReal ? atMost(worst, MOST_LATER + 1e-6) : worst,
            { name, metric: 'begins later, median', value: percentile(later, 0.5), unit: 's' },
            { name, metric: 'told after, worst', value: Math.max(...told), unit: 's' },
          ]
        : []),
      { name, metric: 'units decoded', value: 100 * decoded, unit: '%' },
    ];
  });
};

const atLeastAll = (row: BenchResult): BenchResult => ({
  ...row,
  limit: { is: 'at least 1', verdict: row.value >= 1 ? 'met' : 'MISSED' },
});

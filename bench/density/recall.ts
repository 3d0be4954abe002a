/** What each policy finds of what `fps:5` finds in real scenes, to stand beside what it costs. bench/adaptive has more of it, and the goals. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { findClips } from '../accuracy/clips.js';
import { type Fate, fatesOf } from '../adaptive/fates.js';
import { realScenes } from '../adaptive/scenes.js';
import type { BenchResult } from '../common/result.js';
import { GOP_SECONDS } from './names.js';
import { say } from './rounds.js';

const POLICIES = ['keyframes', 'adaptive', 'adaptive:1/3', 'fps:5', 'full'] as const;

const METRIC = 'events found';
const KIND = 'real events';

/** Of each group, in the order in which they came: what is found, and how much later than by `fps:5` the latest begins. */
export const rowsOf = (fates: readonly Pick<Fate, 'group' | 'later'>[]): BenchResult[] => {
  const groups = new Map<string, (number | undefined)[]>();
  for (const { group, later } of fates) groups.set(group, [...(groups.get(group) ?? []), later]);
  return [...groups].flatMap(([name, all]) => {
    const found = all.filter((later) => later !== undefined);
    const said = `${found.length} of ${all.length}`;
    const worst = { name, metric: 'begins later, worst', value: Math.max(...found), unit: 's' };
    return [
      { name, metric: METRIC, value: found.length / all.length, unit: '', said },
      ...(found.length > 0 ? [worst] : []),
    ];
  });
};

/** @param folder with labelled clips */
export const runRecall = async (folder: string, phases: number): Promise<BenchResult[]> => {
  const root = resolve(folder);
  const clips = existsSync(root) ? findClips(root) : [];
  const fates: Fate[] = [];
  for (const scene of realScenes(clips, phases)) {
    say(`what is found: ${scene.name}`);
    fates.push(...(await fatesOf(scene, KIND, { gop: GOP_SECONDS, rate: 'vbr', policies: POLICIES, verbose: false })));
  }
  if (fates.length > 0) return rowsOf(fates);
  const missing = `there are no labelled clips with calm parts in ${folder}; --clips DIR says where they are`;
  return [{ name: KIND, metric: METRIC, value: Number.NaN, unit: '', missing }];
};

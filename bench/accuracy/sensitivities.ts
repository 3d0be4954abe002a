/** A higher sensitivity finds more and invents more, and never less of either. */
import type { Sensitivity } from '../../wasm/types.js';
import type { BenchOptions } from '../common/result.js';
import { type Figures, figuresOf } from './figures.js';
import { type ClipRuns, judgeAll } from './judged.js';

export interface AtSensitivity {
  sensitivity: Sensitivity;
  figures: Figures;
}

const RATE = '5';

/** All phases at five pictures a second; `medium` has been judged already. */
export function sensitivities(medium: readonly ClipRuns[], options: BenchOptions): AtSensitivity[] {
  const clips = medium.map(({ clip }) => clip).filter(({ pooled }) => pooled);
  return (['low', 'medium', 'high'] as const).map((sensitivity) => {
    const judged =
      sensitivity === 'medium' ? medium : (judgeAll(clips, [RATE], options, { own: { sensitivity } }).get(RATE) ?? []);
    return { sensitivity, figures: figuresOf(judged) };
  });
}

/** In the mean over the phases, since what happens in a single one is chance. */
export function isOrdered(all: readonly AtSensitivity[]): boolean {
  return all.every(({ figures }, i) => {
    const before = all[i - 1]?.figures;
    return (
      before === undefined ||
      (before.recall.mean <= figures.recall.mean && before.falseShare.mean <= figures.falseShare.mean)
    );
  });
}

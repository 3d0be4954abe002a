/** What is published of a set of clips: each figure in the worst phase of every clip, in the mean of them, and in the best. */
import { sum } from '../common/numbers.js';
import type { BoxScore } from './boxes.js';
import { percentile, type Score } from './protocol.js';

/** One clip in one phase. */
export interface Judgement {
  score: Score;
  pixelF?: number | undefined;
  boxes?: BoxScore | undefined;
}

export interface ClipPhases {
  clip: { name: string; pooled: boolean; nuisance: boolean; old: boolean };
  phases: readonly Judgement[];
}

export interface Spread {
  worst: number;
  mean: number;
  best: number;
  /** What it is counted of. */
  of: number;
}

export interface Figures {
  /** Shares. */
  recall: Spread;
  found: Spread;
  falseShare: Spread;
  coverage: Spread;
  /** Seconds, and starts. */
  quiet: Spread;
  oldQuiet: Spread;
  nuisance: Spread;
  falseStarts: Spread;
  onsetP50: Spread;
  onsetP90: Spread;
  /** Means over the clips with labels of that kind. */
  pixelF: Spread;
  iou: Spread;
  touched: Spread;
  outside: Spread;
}

type Bad = 'low' | 'high';

const mean = (values: readonly number[]): number => sum(values) / values.length;

function spread(
  clips: readonly ClipPhases[],
  value: (one: Judgement) => number | undefined,
  bad: Bad,
  pool: (values: readonly number[]) => number,
): Spread {
  const all = clips
    .map(({ phases }) => phases.map(value).filter((v): v is number => v !== undefined && !Number.isNaN(v)))
    .filter((values) => values.length > 0);
  const lowest = pool(all.map((values) => Math.min(...values)));
  const highest = pool(all.map((values) => Math.max(...values)));
  const [worst, best] = bad === 'low' ? [lowest, highest] : [highest, lowest];
  return { worst, mean: pool(all.map(mean)), best, of: all.length };
}

/** A sum over the clips, and what it is of; divided by that, if it is to be a share. */
function counted(
  clips: readonly ClipPhases[],
  count: (s: Score) => number,
  of: (s: Score) => number,
  bad: Bad,
  share: boolean,
): Spread {
  const total = sum(clips.map(({ phases }) => Math.max(0, ...phases.map(({ score }) => of(score)))));
  const pool = (values: readonly number[]): number => (share ? sum(values) / total : sum(values));
  return { ...spread(clips, ({ score }) => count(score), bad, pool), of: total };
}

/** Each event by itself, in the phase in which it is told of latest, and soonest. */
function onset(clips: readonly ClipPhases[], p: number): Spread {
  const events = clips.flatMap(({ phases }) => {
    const byStart = new Map<number, number[]>();
    for (const { start, seconds } of phases.flatMap(({ score }) => score.cleanLatencies)) {
      byStart.set(start, [...(byStart.get(start) ?? []), seconds]);
    }
    return [...byStart.values()];
  });
  const over = (pick: (latencies: number[]) => number): number => percentile(events.map(pick), p);
  return { worst: over((l) => Math.max(...l)), mean: over(mean), best: over((l) => Math.min(...l)), of: events.length };
}

/** Of those clips that count in the pooled figures. */
export function figuresOf(all: readonly ClipPhases[]): Figures {
  const clips = all.filter(({ clip }) => clip.pooled);
  const some = (which: (clip: ClipPhases['clip']) => boolean): ClipPhases[] => clips.filter(({ clip }) => which(clip));
  const falseSeconds = (which: readonly ClipPhases[], share: boolean): Spread =>
    counted(
      which,
      (s) => s.falseSeconds.length,
      (s) => s.negativeSeconds,
      'high',
      share,
    );
  const ofLabels = (value: (one: Judgement) => number | undefined, bad: Bad): Spread => spread(clips, value, bad, mean);
  return {
    recall: counted(
      clips,
      (s) => s.hits,
      (s) => s.events,
      'low',
      true,
    ),
    found: counted(
      clips,
      (s) => s.foundSeconds.length,
      (s) => s.foundSeconds.length + s.lostSeconds.length,
      'low',
      true,
    ),
    falseShare: falseSeconds(clips, true),
    coverage: counted(
      clips,
      (s) => s.coveredSeconds,
      (s) => s.labelledSeconds,
      'low',
      true,
    ),
    quiet: falseSeconds(
      some((c) => !c.nuisance),
      false,
    ),
    oldQuiet: falseSeconds(
      some((c) => !c.nuisance && c.old),
      false,
    ),
    nuisance: falseSeconds(
      some((c) => c.nuisance),
      false,
    ),
    falseStarts: counted(
      clips,
      (s) => s.falseStarts.length,
      (s) => s.negativeSeconds,
      'high',
      false,
    ),
    onsetP50: onset(clips, 0.5),
    onsetP90: onset(clips, 0.9),
    pixelF: ofLabels((one) => one.pixelF, 'low'),
    iou: ofLabels((one) => one.boxes?.iou, 'low'),
    touched: ofLabels((one) => one.boxes?.touched, 'low'),
    outside: ofLabels((one) => one.boxes?.outside, 'high'),
  };
}

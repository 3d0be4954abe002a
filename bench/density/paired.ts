/**
 * What a kind of work adds, by comparison of engines that run side by side: in each window one of them does it and another
 * does not, so that whatever else goes on in the machine hits both alike.
 */
import { median } from './summary.js';

/** What an engine has cost in a window, and what it did. */
export interface Cost {
  kind: string;
  value: number;
}

/** Engines of one window, always in the same order. */
export type CostWindow = readonly Cost[];

/**
 * What the kind cost more than the base, of each window. Two engines never cost quite the same: what one costs more than the
 * others over all windows, in which each has done everything equally often, is not counted.
 */
export const additions = (windows: readonly CostWindow[], kind: string, base: string): number[] => {
  const all = mean(windows.flat().map(({ value }) => value));
  const own = (windows[0] ?? []).map((_, engine) => mean(windows.map((costs) => costs[engine]!.value)) - all);
  const costOf = (costs: CostWindow, wanted: string): number => {
    const engine = costs.findIndex((each) => each.kind === wanted);
    return costs[engine]!.value - own[engine]!;
  };
  return windows.map((costs) => costOf(costs, kind) - costOf(costs, base));
};

export interface Estimate {
  median: number;
  /** Between these the true median lies, */
  low: number;
  high: number;
  /** with this probability. */
  confidence: number;
}

const WANTED_CONFIDENCE = 0.95;

/**
 * The median, and the shortest interval that holds the true one with 95 %, or all values where that is not enough. It makes no
 * assumption on how the values are distributed: a value lies below the true median as a coin falls.
 */
export const estimate = (values: readonly number[]): Estimate => {
  const sorted = [...values].sort((a, b) => a - b);
  const count = sorted.length;
  let left = 0;
  let confidence = confidenceBehind(left, count);
  while (2 * (left + 1) < count - 1 && confidenceBehind(left + 1, count) >= WANTED_CONFIDENCE) {
    left++;
    confidence = confidenceBehind(left, count);
  }
  return {
    median: median(sorted),
    low: sorted[left] ?? Number.NaN,
    high: sorted[count - 1 - left] ?? Number.NaN,
    confidence,
  };
};

/** That the true median is not beyond the values that are left when so many are taken away on either side. */
const confidenceBehind = (left: number, count: number): number => {
  let [outcomes, beyond] = [1, 0];
  for (let heads = 0; heads <= left; heads++) {
    beyond += outcomes;
    outcomes = (outcomes * (count - heads)) / (heads + 1);
  }
  return Math.max(0, 1 - (2 * beyond) / 2 ** count);
};

/** Whether a bound is met, as far as the interval can tell. */
export const verdict = ({ low, high }: Estimate, most: number): 'met' | 'MISSED' | 'undecided' => {
  if (high <= most) return 'met';
  return low > most ? 'MISSED' : 'undecided';
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);

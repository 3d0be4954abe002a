/**
 * What a suite is and what its figures mean, in one place: for its help, its documentation, the table in the terminal, and
 * the page of results.
 */
import type { BenchResult } from './result.js';

/** Where a smaller figure is better, where a larger one, and where neither is. */
export type Direction = 'less' | 'more' | 'neither';

export interface Metric {
  /** As rows call it. A * stands for any text. */
  name: string;
  /** As rows have it, likewise. */
  unit: string;
  better: Direction;
  /** One sentence. */
  meaning: string;
  /** A share from 0 to 1: near 1 a ratio says little, so the difference is told of. */
  isShare?: true;
}

/** Rows that belong to somebody. In names, a * stands for any text. */
export interface Rows {
  /** Who it is. A * stands for what the first * found in `metric`, or in `name` if that has none. */
  label: string;
  name: string;
  /** If it is called otherwise than the metric of the comparison. */
  metric?: string;
}

export interface Side extends Rows {
  /** `floor`: does only a part of the work, and shows what cannot be saved. */
  role: 'ours' | 'peer' | 'floor';
}

/** The same figure of several programs. Our first side is the one that is told of in words. */
export interface Comparison {
  title: string;
  /** Name of a metric of the suite. */
  metric: string;
  /** What one must know to read it fairly. */
  note?: string;
  /** A row belongs to the first side that it fits. */
  sides: readonly Side[];
}

/** Figures of many programs in many situations, as one table. */
export interface Grid {
  title: string;
  /** What one must know to read it. */
  note: string;
  /** What a row is. */
  head: string;
  /** By their labels; a column without figures is left out. */
  columns: readonly (Rows & { metric: string })[];
  /** By their labels; a row of results belongs to one if it fits one of these names, and one without figures is left out. */
  rows: readonly { label: string; names: readonly string[] }[];
}

export interface Option {
  name: string;
  /** What it takes: `N` is a number above 0, `a|b` one of these, anything else a text. Without it, it takes nothing. */
  value?: string;
  /** With the default. */
  meaning: string;
}

/** What a suite cannot do without, and what it compares with; `programs.ts` has them. */
export type ProgramName = 'chromium' | 'ffmpeg' | 'grpc' | 'gst-launch' | 'motion' | 'opencv' | 'ws';

export interface SuiteAbout {
  name: string;
  title: string;
  /** What is measured: the line in the help. */
  measures: string;
  /** Why it matters, in a sentence. */
  why: string;
  /** How it is measured, in a few sentences. */
  how: string;
  /** What the quick form leaves out, as the end of the sentence `Quick: …`. */
  quickly?: string;
  /** About how long it takes on two cores. */
  minutes: { quick: number; full: number };
  options: readonly Option[];
  /** Without one of these it cannot run. */
  needs: readonly ProgramName[];
  /** The file that labelled clips must have, if it needs some. */
  needsClips?: string;
  /** It measures more where there are labelled clips, and does without. */
  usesClips?: true;
  /** Measured in the same run; without one, its rows are left out. */
  peers: readonly ProgramName[];
  /** What else stands beside it, and is always there. */
  beside?: string;
  /** A file that it writes besides its results, by the option that says where. */
  besides?: { option: string; file: string; text: string };
  caveats: readonly string[];
  metrics: readonly Metric[];
  /** A figure of the same name as a row that, if it is below this, makes the row worthless, and why. */
  proof?: { metric: string; least: number; why: string };
  comparisons: readonly Comparison[];
  /** What is better seen at one glance. */
  grids?: readonly Grid[];
  /** What is told first where there is nobody to compare with. */
  headlines: readonly Rows[];
}

/** What the first * of `glob` stands for, the rest being as short as can be; undefined if the text does not fit. */
export const fits = (glob: string, text: string): string | undefined => {
  const [begin = '', ...parts] = glob.split('*');
  const end = parts.pop();
  if (end === undefined) return text === begin ? '' : undefined;
  if (!text.startsWith(begin) || !text.endsWith(end) || text.length < begin.length + end.length) return undefined;
  const last = text.length - end.length;
  let at = begin.length;
  let first: string | undefined;
  for (const part of parts) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > last) return undefined;
    first ??= text.slice(begin.length, found);
    at = found + part.length;
  }
  return first ?? text.slice(begin.length, last);
};

/** The definition of a row's figure. */
export const metricOf = (about: Pick<SuiteAbout, 'metrics'>, row: Pick<BenchResult, 'metric' | 'unit'>) =>
  about.metrics.find(({ name, unit }) => fits(name, row.metric) !== undefined && fits(unit, row.unit) !== undefined);

/** Who a row belongs to, if it is one of these. */
export const labelOf = (rows: Rows, row: BenchResult, metric: string): string | undefined => {
  if (fits(rows.metric ?? metric, row.metric) === undefined) return undefined;
  const found = fits(rows.name, row.name);
  if (found === undefined) return undefined;
  return rows.label.replace('*', rows.metric?.includes('*') ? (fits(rows.metric, row.metric) ?? '') : found);
};

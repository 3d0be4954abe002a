/** The scoring protocol. Pure: times of verdicts and labels in, figures out. */
export interface ScoreInput {
  name: string;
  /** Seconds of frames with the verdict motion, sorted. */
  verdicts: readonly number[];
  events: readonly (readonly [number, number])[];
  dontCare: readonly (readonly [number, number])[];
  duration: number;
}

export interface Score {
  events: number;
  hits: number;
  missed: number[];
  /** Of events before which nothing was told. */
  cleanLatencies: { start: number; seconds: number }[];
  coveredSeconds: number;
  labelledSeconds: number;
  /** Whole seconds inside labelled events, with and without a verdict. */
  foundSeconds: number[];
  lostSeconds: number[];
  negativeSeconds: number;
  falseSeconds: number[];
  falseStarts: number[];
}

function warmUp(duration: number): number {
  return duration < 6 ? 0.5 : 2;
}

/** Length of the union of intervals, cut to [from, to]. */
function union(intervals: readonly (readonly [number, number])[], from: number, to: number): [number, number][] {
  const cut = intervals
    .map(([a, b]): [number, number] => [Math.max(a, from), Math.min(b, to)])
    .filter(([a, b]) => b > a)
    .sort((x, y) => x[0] - y[0]);
  const merged: [number, number][] = [];
  for (const [a, b] of cut) {
    const last = merged.at(-1);
    if (last !== undefined && a <= last[1]) last[1] = Math.max(last[1], b);
    else merged.push([a, b]);
  }
  return merged;
}

function lengthOf(intervals: readonly (readonly [number, number])[]): number {
  return intervals.reduce((sum, [a, b]) => sum + b - a, 0);
}

/** Whole seconds that lie between two times. */
function wholeSeconds([from, to]: readonly [number, number]): number[] {
  const first = Math.ceil(from);
  return Array.from({ length: Math.max(0, Math.floor(to) - first) }, (_, i) => first + i);
}

/** How many of the seconds that follow `from`, up to `to`, hold a verdict, and how many there are. */
export function secondsFound(verdicts: readonly number[], from: number, to: number): { found: number; of: number } {
  const of = Math.max(0, Math.floor(to - from + 1e-9));
  const found = new Set(verdicts.map((t) => Math.floor(t - from)).filter((k) => k >= 0 && k < of));
  return { found: found.size, of };
}

/** Seconds that are found less than before, beyond what is chance: a tenth of them, or one. */
export function lossOf({ found, before }: { found: number; before: number }): number {
  return Math.max(0, before - found - Math.max(1, before / 10));
}

export function score(input: ScoreInput): Score {
  const { duration } = input;
  const w = warmUp(duration);
  const verdicts = input.verdicts.filter((t) => t >= w);
  const events = input.events.filter(([, end]) => end + 0.2 >= w);
  const missed: number[] = [];
  const cleanLatencies: Score['cleanLatencies'] = [];
  for (const [start, end] of events) {
    const first = verdicts.find((t) => t >= start - 0.2 && t <= end + 0.2);
    if (first === undefined) missed.push(start);
    else if (start >= w && !verdicts.some((t) => t >= start - 2 && t < start - 0.2)) {
      cleanLatencies.push({ start, seconds: Math.max(0, first - start) });
    }
  }
  const gates = union(
    verdicts.map((t): [number, number] => [t - 5, t + 10]),
    w,
    duration,
  );
  const labelled = union(input.events, w, duration);
  let covered = 0;
  for (const [a, b] of labelled) covered += lengthOf(union(gates, a, b));
  const grown = [...input.events, ...input.dontCare].map(([a, b]): [number, number] => [a - 1, b + 1]);
  const negative = (t: number): boolean => t >= w && t <= duration && !grown.some(([a, b]) => t > a && t < b);
  let negativeSeconds = 0;
  const falseSeconds: number[] = [];
  for (let k = Math.ceil(w); k + 1 <= duration; k++) {
    if (grown.some(([a, b]) => k + 1 > a && k < b)) continue;
    negativeSeconds++;
    if (secondsFound(verdicts, k, k + 1).found > 0) falseSeconds.push(k);
  }
  const inside = labelled.flatMap(wholeSeconds);
  const holdsVerdict = (k: number): boolean => secondsFound(verdicts, k, k + 1).found > 0;
  const falseStarts: number[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const t of verdicts) {
    if (t - last >= 2 && negative(t)) falseStarts.push(t);
    last = t;
  }
  return {
    events: events.length,
    hits: events.length - missed.length,
    missed,
    cleanLatencies,
    coveredSeconds: covered,
    labelledSeconds: lengthOf(labelled),
    foundSeconds: inside.filter(holdsVerdict),
    lostSeconds: inside.filter((k) => !holdsVerdict(k)),
    negativeSeconds,
    falseSeconds,
    falseStarts,
  };
}

/** Linear percentile. */
export function percentile(values: readonly number[], p: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const low = sorted[Math.floor(at)] as number;
  const high = sorted[Math.ceil(at)] as number;
  return low + (high - low) * (at - Math.floor(at));
}

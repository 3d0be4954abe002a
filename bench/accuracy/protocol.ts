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
  cleanLatencies: number[];
  coveredSeconds: number;
  labelledSeconds: number;
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

export function score(input: ScoreInput): Score {
  const { duration } = input;
  const w = warmUp(duration);
  const verdicts = input.verdicts.filter((t) => t >= w);
  const events = input.events.filter(([, end]) => end + 0.2 >= w);
  const missed: number[] = [];
  const cleanLatencies: number[] = [];
  for (const [start, end] of events) {
    const first = verdicts.find((t) => t >= start - 0.2 && t <= end + 0.2);
    if (first === undefined) missed.push(start);
    else if (start >= w && !verdicts.some((t) => t >= start - 2 && t < start - 0.2)) {
      cleanLatencies.push(Math.max(0, first - start));
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
    if (verdicts.some((t) => t >= k && t < k + 1)) falseSeconds.push(k);
  }
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

export interface Pooled {
  events: number;
  hits: number;
  quiet: number;
  quietOf: number;
  nuisance: number;
  nuisanceOf: number;
  falseStarts: number;
  falseActivity: number;
  cleanP50: number;
  cleanP90: number;
  coverage: number;
  pixelF: number;
}

export function pool(
  clips: readonly { pooled: boolean; nuisance: boolean; score: Score; pixelF?: number | undefined }[],
): Pooled {
  const used = clips.filter((c) => c.pooled);
  const sum = (pick: (c: (typeof used)[number]) => number): number => used.reduce((total, c) => total + pick(c), 0);
  const latencies = used.flatMap((c) => c.score.cleanLatencies);
  const pixels = used.flatMap((c) => (c.pixelF === undefined ? [] : [c.pixelF]));
  const falseSeconds = sum((c) => c.score.falseSeconds.length);
  return {
    events: sum((c) => c.score.events),
    hits: sum((c) => c.score.hits),
    quiet: sum((c) => (c.nuisance ? 0 : c.score.falseSeconds.length)),
    quietOf: sum((c) => (c.nuisance ? 0 : c.score.negativeSeconds)),
    nuisance: sum((c) => (c.nuisance ? c.score.falseSeconds.length : 0)),
    nuisanceOf: sum((c) => (c.nuisance ? c.score.negativeSeconds : 0)),
    falseStarts: sum((c) => c.score.falseStarts.length),
    falseActivity:
      (100 * falseSeconds) /
      Math.max(
        1,
        sum((c) => c.score.negativeSeconds),
      ),
    cleanP50: percentile(latencies, 0.5),
    cleanP90: percentile(latencies, 0.9),
    coverage:
      sum((c) => c.score.coveredSeconds) /
      Math.max(
        1e-9,
        sum((c) => c.score.labelledSeconds),
      ),
    pixelF: pixels.length === 0 ? Number.NaN : pixels.reduce((a, b) => a + b, 0) / pixels.length,
  };
}

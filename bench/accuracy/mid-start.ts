/** A camera may be switched on while something moves before it: the detector begins in the middle of every event. */
import type { Clip } from './clips.js';
import type { ClipRuns, Scored } from './judged.js';
import { type OwnOptions, runOwn, verdictTimes } from './ours.js';
import { secondsFound } from './protocol.js';

export interface MidStart {
  clip: string;
  rate: string;
  event: readonly [number, number];
  /** Seconds found from one second after the start on, in the phase that is worst. */
  found: number;
  /** What the detector finds that ran from the beginning of the clip. */
  before: number;
  of: number;
}

/** Shorter events have nothing left after their middle. */
const LEAST_EVENT = 3;
/** The detector needs so long to know what stands still. */
const LEARNING = 1;

/** The picture nearest to a time. */
export function nearest(times: readonly number[], t: number): number {
  let best = 0;
  times.forEach((time, i) => {
    if (Math.abs(time - t) < Math.abs((times[best] as number) - t)) best = i;
  });
  return best;
}

function compare(
  one: Scored,
  event: readonly [number, number],
  own: OwnOptions,
): Omit<MidStart, 'clip' | 'rate' | 'event'> {
  const { clip, pictures, picks, run } = one;
  const times = picks.map((i) => pictures.time(i));
  const first = nearest(times, (event[0] + event[1]) / 2);
  const end = Math.min(event[1], times.at(-1) as number);
  const rest = picks.slice(first, nearest(times, end) + 1);
  const from = (times[first] as number) + LEARNING;
  const anew = secondsFound(verdictTimes(runOwn(clip, pictures, rest, own)), from, end);
  return { found: anew.found, before: secondsFound(verdictTimes(run), from, end).found, of: anew.of };
}

export function ratioOf({ found, before }: Pick<MidStart, 'found' | 'before'>): number {
  return before === 0 ? 1 : found / before;
}

function worstOf(runs: ClipRuns, event: readonly [number, number], own: OwnOptions): MidStart[] {
  const phases = runs.phases.map((one) => compare(one, event, own)).filter(({ of }) => of > 0);
  const [worst] = phases.sort((a, b) => ratioOf(a) - ratioOf(b));
  return worst === undefined ? [] : [{ clip: runs.clip.name, rate: runs.rate, event, ...worst }];
}

const isLong = ([from, to]: Clip['events'][number]): boolean => to - from >= LEAST_EVENT;

/** Of every event at this rate. */
export function midStarts(all: readonly ClipRuns[], own: OwnOptions = {}): MidStart[] {
  return all.flatMap((runs) => runs.clip.events.filter(isLong).flatMap((event) => worstOf(runs, event, own)));
}

/** All events together: each in its worst phase. */
export function pooledRatio(all: readonly MidStart[]): number {
  const total = (pick: (one: MidStart) => number): number => all.reduce((n, one) => n + pick(one), 0);
  return ratioOf({ found: total((m) => m.found), before: total((m) => m.before) });
}

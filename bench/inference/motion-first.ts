/**
 * What a motion detector in front of an inference server saves: of labelled clips with quiet parts, how many of five pictures
 * a second go to the server, and whether an event has none.
 */
import { resolve } from 'node:path';
import { type Clip, findClips } from '../accuracy/clips.js';
import { judge } from '../accuracy/judged.js';
import type { BenchOptions, BenchResult } from '../common/result.js';

/** The detector needs so long before its verdicts count, in seconds. */
const WARM_UP = 2;
/** Labels are good to so many seconds. */
const TOLERANCE = 1;
/** A clip with less quiet than this says nothing. */
const LEAST_QUIET_SECONDS = 4;

interface Spared {
  clip: Clip;
  pictures: number;
  calls: number;
  quiet: number;
  quietCalls: number;
  events: number;
  missed: number;
}

export const motionFirst = (options: BenchOptions): BenchResult[] => {
  const clips = findClips(resolve(options.args.get('clips') ?? '../shared/footage'));
  const spared = clips
    .filter(({ events }) => events.length > 0)
    .map((clip) => sparedOf(clip, options))
    .filter(({ quiet }) => quiet >= LEAST_QUIET_SECONDS * 5);
  const total = (count: Exclude<keyof Spared, 'clip'>): number => spared.reduce((sum, one) => sum + one[count], 0);
  const all = (metric: string, value: number, unit: string): BenchResult => ({
    name: 'all clips',
    metric,
    value,
    unit,
  });
  const saved = (calls: number, pictures: number): number => 100 * (1 - calls / pictures);
  return [
    ...spared.map(({ clip, pictures, calls, quiet, quietCalls, missed, events }) => ({
      name: clip.name,
      metric: `saved in quiet parts (of all: ${saved(calls, pictures).toFixed(0)} %; events without a call: ${missed} of ${events})`,
      value: saved(quietCalls, quiet),
      unit: '%',
    })),
    all('saved in quiet parts', saved(total('quietCalls'), total('quiet')), '%'),
    all('saved of all', saved(total('calls'), total('pictures')), '%'),
    all('events without a call', total('missed'), ''),
  ];
};

const sparedOf = (clip: Clip, options: BenchOptions): Spared => {
  const { run, score } = judge(clip, '5', options);
  const near = ([from, to]: readonly [number, number], t: number): boolean =>
    t > from - TOLERANCE && t < to + TOLERANCE;
  const frames = run.frames.filter(({ t }) => t >= WARM_UP);
  const quiet = frames.filter(({ t }) => ![...clip.events, ...clip.dontCare].some((one) => near(one, t)));
  const calls = (some: typeof frames): number => some.filter(({ motion }) => motion).length;
  return {
    clip,
    pictures: frames.length,
    calls: calls(frames),
    quiet: quiet.length,
    quietCalls: calls(quiet),
    events: score.events,
    missed: score.missed.length,
  };
};

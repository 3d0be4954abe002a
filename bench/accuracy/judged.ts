/** Clips judged by our detector and scored by the protocol: what both the comparison and the ablation are made of. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PYTHON } from '../common/programs.js';
import type { BenchOptions } from '../common/result.js';
import { CACHE, type Clip, type Coding, findClips, type Pictures, picksOf, picturesOf } from './clips.js';
import { type OwnOptions, type OwnRun, runOwn, verdictTimes } from './ours.js';
import { sourceFile } from './peers.js';
import { phasesOf, stepOf } from './phases.js';
import { type Score, score } from './protocol.js';

export interface Scored extends Pick<OwnRun, 'pixelF' | 'boxes'> {
  clip: Clip;
  /** First picture that was judged. */
  phase: number;
  pictures: Pictures;
  picks: number[];
  run: OwnRun;
  score: Score;
}

/** A clip at one rate, in each phase of the thinning. */
export interface ClipRuns {
  clip: Clip;
  rate: string;
  phases: Scored[];
}

export interface JudgeOptions {
  phase?: number;
  coding?: Coding;
  own?: OwnOptions;
}

export function log(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function durationOf(clip: Clip, pictures: Pictures): number {
  return pictures.time(pictures.frames - 1) + 1 / clip.fps;
}

export function scoreOf(clip: Clip, duration: number, verdicts: readonly number[]): Score {
  return score({ name: clip.name, verdicts, events: clip.events, dontCare: clip.dontCare, duration });
}

function writeVerdicts(folder: string, name: string, rate: string, { clip, run }: { clip: Clip; run: OwnRun }): void {
  mkdirSync(folder, { recursive: true });
  const frames = run.frames.map((f) => ({ ...f, boxes: f.boxes.map((b) => [b.l, b.t, b.w, b.h]) }));
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify({ clip: clip.name, rate, fps: clip.fps, frames })}\n`);
}

export function judge(clip: Clip, rate: string, options: BenchOptions, how: JudgeOptions = {}): Scored {
  const phase = how.phase ?? 0;
  const pictures = picturesOf(clip, how.coding);
  const picks = picksOf(clip, pictures, rate, phase);
  const verdictsTo = options.args.get('verdicts');
  const name = `${clip.name}-${rate}${phase === 0 ? '' : `-${phase}`}`;
  const masks = verdictsTo !== undefined && options.args.has('masks') ? join(verdictsTo, name) : undefined;
  const run = runOwn(clip, pictures, picks, how.own ?? (masks === undefined ? {} : { masks }));
  if (verdictsTo !== undefined) writeVerdicts(verdictsTo, name, rate, { clip, run });
  // Of keyframes the last is long before the end.
  const duration = durationOf(clip, how.coding?.gop === undefined ? pictures : picturesOf(clip));
  const figures = scoreOf(clip, duration, verdictTimes(run));
  return { clip, phase, pictures, picks, run, score: figures, pixelF: run.pixelF, boxes: run.boxes };
}

/** The keyframes of copies with so many seconds between them. */
export function judgeKeyframes(clips: readonly Clip[], seconds: number, options: BenchOptions): ClipRuns[] {
  const rate = `gop${seconds}`;
  return clips.map((clip) => ({ clip, rate, phases: [judge(clip, rate, options, { coding: { gop: seconds } })] }));
}

/** Every phase, or with `--quick` few, at each of the rates; equal thinnings of different rates are judged once. */
export function judgeAll(
  clips: readonly Clip[],
  rates: readonly string[],
  options: BenchOptions,
  how: Omit<JudgeOptions, 'phase'> = {},
): Map<string, ClipRuns[]> {
  const all = new Map<string, ClipRuns[]>(rates.map((rate) => [rate, []]));
  for (const clip of clips) {
    const bySteps = new Map<number, Scored[]>();
    for (const rate of rates) {
      const step = stepOf(clip.fps, rate);
      const known = bySteps.get(step);
      const phases =
        known ?? phasesOf(step, options.quick).map((phase) => judge(clip, rate, options, { ...how, phase }));
      bySteps.set(step, phases);
      all.get(rate)?.push({ clip, rate, phases });
    }
  }
  return all;
}

/** Makes the stress variants of the clips in `root` if they are not there. */
export function stressClips(root: string, options: BenchOptions): Clip[] {
  const folder = resolve(options.args.get('stress') ?? join(CACHE, 'stress'));
  log('making stress variants (kept for the next run)');
  execFileSync(PYTHON, [sourceFile('bench/accuracy/stress.py'), root, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return findClips(folder);
}

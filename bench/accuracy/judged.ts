/** One clip judged by our detector and scored by the protocol: what both the comparison and the ablation are made of. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BenchOptions } from '../common/result.js';
import { CACHE, type Clip, findClips, type Pictures, picksOf, picturesOf } from './clips.js';
import { type OwnOptions, type OwnRun, runOwn } from './ours.js';
import { PYTHON, sourceFile } from './peers.js';
import { type Pooled, pool, type Score, score } from './protocol.js';

export interface Scored {
  clip: Clip;
  rate: string;
  pictures: Pictures;
  picks: number[];
  run: OwnRun;
  score: Score;
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

export function judge(clip: Clip, rate: string, options: BenchOptions, duration?: number, own?: OwnOptions): Scored {
  const gop = rate.startsWith('gop') ? Number(rate.slice(3)) : undefined;
  const pictures = picturesOf(clip, gop);
  const picks = picksOf(clip, pictures, rate);
  const verdictsTo = options.args.get('verdicts');
  const masks =
    verdictsTo !== undefined && options.args.has('masks') ? join(verdictsTo, `${clip.name}-${rate}`) : undefined;
  const total = duration ?? durationOf(clip, pictures);
  const shots = [...clip.events.slice(0, 2).map(([a, b]) => (a + b) / 2), total * 0.15, total * 0.8];
  const run = runOwn(clip, pictures, picks, own ?? { shots, ...(masks === undefined ? {} : { masks }) });
  if (verdictsTo !== undefined) {
    mkdirSync(verdictsTo, { recursive: true });
    const file = join(verdictsTo, `${clip.name}-${rate}.json`);
    writeFileSync(file, `${JSON.stringify({ clip: clip.name, rate, fps: clip.fps, frames: run.frames })}\n`);
  }
  const times = run.frames.filter((f) => f.motion).map((f) => f.t);
  return { clip, rate, pictures, picks, run, score: scoreOf(clip, total, times) };
}

export function pooledOf(scored: readonly Scored[]): Pooled {
  return pool(
    scored.map(({ clip, score: s, run }) => ({
      pooled: clip.pooled,
      nuisance: clip.nuisance,
      score: s,
      pixelF: run.pixelF,
    })),
  );
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

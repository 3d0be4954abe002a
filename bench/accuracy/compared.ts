/** What a peer is given of a judged clip, how its answer is scored, and the figures that are reported of every detector. */
import type { BenchResult } from '../common/result.js';
import type { ClipPhases, Figures, Judgement, Spread } from './figures.js';
import { type ClipRuns, durationOf, type Scored, scoreOf } from './judged.js';
import { keyframesOf, type PeerJob, type PeerRun } from './peers.js';
import { groundtruthFiles } from './truth.js';

/** Figures by name, with what they are counted in; `of`: the unit is what there is to count. */
const ROWS: readonly (readonly [name: string, key: keyof Figures, unit: string])[] = [
  ['recall', 'recall', 'of events'],
  ['labelled seconds found', 'found', 'of seconds'],
  ['false seconds', 'falseShare', 'of seconds'],
  ['quiet seconds with a verdict', 'quiet', 'of seconds'],
  ['nuisance seconds with a verdict', 'nuisance', 'of seconds'],
  ['false starts', 'falseStarts', ''],
  ['coverage', 'coverage', ''],
  ['clean onset p50', 'onsetP50', 's'],
  ['clean onset p90', 'onsetP90', 's'],
  ['pixel F', 'pixelF', ''],
  ['overlap of boxes', 'iou', ''],
  ['objects touched', 'touched', ''],
  ['area of boxes outside', 'outside', ''],
];

export function rows(name: string, figures: Figures): BenchResult[] {
  return ROWS.flatMap(([metric, key, unit]) => {
    const spread: Spread = figures[key];
    const row = (of: 'worst' | 'mean' | 'best'): BenchResult => ({
      name,
      metric: `${metric}, ${of}`,
      value: spread[of],
      unit: unit.replace('of', `of ${spread.of}`),
    });
    return [row('worst'), row('mean'), row('best')];
  }).filter((r) => !Number.isNaN(r.value));
}

/** By what `runPeers` answers. */
export function peerKey({ clip, phase }: Scored, rate: string): string {
  return `${clip.name}|${jobRate(rate, phase)}`;
}

const jobRate = (rate: string, phase: number): string => `${rate}-${phase}`;

export function jobOf({ clip, phase, pictures, picks }: Scored, rate: string): PeerJob {
  const keyframes = [...keyframesOf(clip.file)].filter((i) => i < pictures.frames);
  const truth = groundtruthFiles(clip);
  return {
    clip: clip.name,
    rate: jobRate(rate, phase),
    path: pictures.path,
    width: clip.width,
    height: clip.height,
    picks,
    times: picks.map((i) => pictures.time(i)),
    keyframes,
    keyframeTimes: keyframes.map((i) => pictures.time(i)),
    groundtruth: truth.size === 0 ? null : Object.fromEntries(truth),
  };
}

export function peerJudgement(s: Scored, peer: PeerRun): Judgement {
  const all = 2 * peer.tp + peer.fp + peer.fn;
  return {
    score: scoreOf(s.clip, durationOf(s.clip, s.pictures), peer.t),
    pixelF: all === 0 || groundtruthFiles(s.clip).size === 0 ? undefined : (2 * peer.tp) / all,
  };
}

/** Peers take long: the first phase, and the one that is farthest from it. */
export function peerPhases({ phases }: ClipRuns): Scored[] {
  return phases.filter((_, i) => i === 0 || i === phases.length >> 1);
}

/** Answers by job and peer. */
export type PeerRuns = Readonly<Record<string, Readonly<Record<string, PeerRun>>>>;

export function peerNames(others: PeerRuns): string[] {
  return Object.keys(Object.values(others)[0] ?? {});
}

export function peerClips(all: readonly ClipRuns[], others: PeerRuns, name: string): ClipPhases[] {
  return all.map((runs) => ({
    clip: runs.clip,
    phases: peerPhases(runs).flatMap((s) => {
      const peer = others[peerKey(s, runs.rate)]?.[name];
      return peer === undefined ? [] : [peerJudgement(s, peer)];
    }),
  }));
}

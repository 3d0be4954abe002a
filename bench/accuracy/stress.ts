/** The stress variants of the clips: what weather, light and shaking change for the detectors. */
import type { BenchOptions, BenchResult } from '../common/result.js';
import type { Clip } from './clips.js';
import { jobOf, type PeerRuns, peerJudgement, peerKey, peerNames } from './compared.js';
import type { ClipPhases } from './figures.js';
import { type ClipRuns, judgeAll, log, type Scored } from './judged.js';
import type { OwnOptions, OwnRun } from './ours.js';
import { runPeers } from './peers.js';
import type { Score } from './protocol.js';

const RATE = '5';

export interface StressLine {
  clip: string;
  rows: { name: string; hits: string; starts: number; scene: string }[];
}

export interface Stressed {
  lines: StressLine[];
  results: BenchResult[];
  /** Of our own detector, over all variants, each in its worst phase. */
  starts: number;
  hits: number;
  events: number;
}

interface Variant {
  clip: ClipPhases['clip'] & { kind?: string; base?: string };
  phases: readonly { score: Score }[];
}

/** False starts in each phase that the same phase of the undisturbed clip does not have; the most of them. */
export function startsOverBase(variant: Variant, all: readonly Variant[]): number {
  const base = all.find(({ clip }) => clip.kind === 'base' && clip.base === variant.clip.base);
  const over = variant.phases.map(
    ({ score }, i) => score.falseStarts.length - (base?.phases[i]?.score.falseStarts.length ?? 0),
  );
  return Math.max(0, ...over);
}

export const fewestHits = ({ phases }: Variant): number => Math.min(...phases.map(({ score }) => score.hits));

export function judgeStress(variants: readonly Clip[], options: BenchOptions, own?: OwnOptions): ClipRuns[] {
  const how = own === undefined ? {} : { own };
  return judgeAll(variants, [RATE], options, how).get(RATE) ?? [];
}

function sceneText(run: OwnRun): string {
  return run.scene
    .filter((s) => s.began)
    .map((s) => `${s.kind}/${s.cause}@${s.t.toFixed(1)}`)
    .join(' ');
}

function peerVariants(all: readonly ClipRuns[], others: PeerRuns, name: string): Variant[] {
  return all.map(({ clip, phases }) => {
    const first = phases[0] as Scored;
    const peer = others[peerKey(first, RATE)]?.[name];
    return { clip, phases: peer === undefined ? [] : [peerJudgement(first, peer)] };
  });
}

/** Which scene events are the right ones; they are asked of the first phase, while the disturbance lasts. */
const TOLD = [
  ['ir', 'lightingChanged'],
  ['exposure', 'lightingChanged'],
  ['shake', 'moved'],
] as const;

function toldResults(all: readonly ClipRuns[]): BenchResult[] {
  return TOLD.map(([kind, scene]) => {
    const of = all.filter(({ clip }) => clip.kind === kind).map(({ phases }) => phases[0] as Scored);
    const told = of.filter(({ run }) => run.scene.some((c) => c.began && c.kind === scene && c.t >= 14.5 && c.t < 26));
    return { name: 'stress sluice', metric: `${kind} told as ${scene}`, value: told.length, unit: `of ${of.length}` };
  });
}

export function stressRun(variants: readonly Clip[], options: BenchOptions, peers: boolean): Stressed {
  const all = judgeStress(variants, options);
  if (peers) log('peers on stress variants');
  const others = peers ? runPeers(all.map(({ phases }) => jobOf(phases[0] as Scored, RATE))) : {};
  const detectors: [string, Variant[]][] = [
    ['sluice', all],
    ...peerNames(others).map((name): [string, Variant[]] => [name, peerVariants(all, others, name)]),
  ];
  const events = all.reduce((n, { phases }) => n + (phases[0] as Scored).score.events, 0);
  const lines = all.map(({ clip, phases }, i): StressLine => {
    const rows = detectors.map(([name, of]) => {
      const variant = of[i] as Variant;
      return {
        name,
        hits: `${fewestHits(variant)}/${(phases[0] as Scored).score.events}`,
        starts: startsOverBase(variant, of),
        scene: name === 'sluice' ? sceneText((phases[0] as Scored).run) : '',
      };
    });
    return { clip: clip.name, rows };
  });
  const totals = detectors.map(([name, of]) => ({
    name,
    starts: of.reduce((n, variant) => n + startsOverBase(variant, of), 0),
    hits: of.reduce((n, variant) => n + fewestHits(variant), 0),
  }));
  const results = totals.flatMap(({ name, starts, hits }): BenchResult[] => [
    { name: `stress ${name}`, metric: 'false starts over base', value: starts, unit: '' },
    { name: `stress ${name}`, metric: 'events found', value: hits, unit: `of ${events}` },
  ]);
  const own = totals[0] as (typeof totals)[number];
  return { lines, results: [...results, ...toldResults(all)], starts: own.starts, hits: own.hits, events };
}

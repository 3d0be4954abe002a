/**
 * Accuracy: our detector and its peers over labelled clips and stress variants of them, scored by one protocol, in every
 * phase of the thinning. --clips DIR (default ../shared/footage), --stress DIR (made when absent), --verdicts DIR, --masks,
 * --html FILE, --peers no|5. --quick: 5 pictures a second in two phases, nothing generated. --ablate FILE: the detector
 * without each of its parts instead of all this, as a table.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { ablate } from './ablate.js';
import { afterWeather } from './after-weather.js';
import { type Clip, findClips } from './clips.js';
import { jobOf, type PeerRuns, peerClips, peerKey, peerNames, peerPhases, rows } from './compared.js';
import { type Figures, figuresOf } from './figures.js';
import { type Goal, goalsOf, type Measured } from './goals.js';
import { type ClipRuns, judgeAll, judgeKeyframes, log, stressClips } from './judged.js';
import { loop } from './loops.js';
import { midStarts } from './mid-start.js';
import { haveOpenCv, runPeers } from './peers.js';
import { RATES } from './phases.js';
import { percentile } from './protocol.js';
import { html, type ReportData } from './report.js';
import { sensitivities } from './sensitivities.js';
import { type Stressed, stressRun } from './stress.js';
import { swallowed } from './swallowed.js';
import { timelinesOf } from './timelines.js';

const RATE = '5';
const REPETITIONS = 10;
const WALKS = 50;
/** Quality of copies that a camera with a narrow line would send. */
const COARSE = { crf: 36 };

function coarseFigures(clips: readonly Clip[], options: BenchOptions): Figures {
  const old = clips.filter((clip) => clip.old && clip.pooled);
  return figuresOf(judgeAll(old, [RATE], options, { coding: COARSE }).get(RATE) ?? []);
}

/** What needs many pictures that are generated, or shown again and again. */
function longScenes(clips: readonly Clip[]): Pick<Measured, 'looped' | 'weather'> {
  log('clips again and again');
  const looped = clips.map((clip) => loop(clip, REPETITIONS));
  const walk = clips.find(({ name }) => name === 'psu_walk');
  if (walk !== undefined) looped.push(loop(walk, WALKS));
  log('ten minutes of weather and traffic');
  return { looped, weather: afterWeather(clips) };
}

function measure(clips: readonly Clip[], options: BenchOptions): Measured {
  const rates = options.quick ? [RATE] : RATES;
  log(`${clips.length} clips at ${rates.join(', ')} pictures a second`);
  const judged = judgeAll(clips, rates, options);
  log('started in the middle, low and high sensitivity');
  const midRates = rates.filter((rate) => rate !== '10');
  const measured = {
    judged,
    midStarts: midRates.flatMap((rate) => midStarts(judged.get(rate) ?? [])),
    sensitivities: sensitivities(judged.get(RATE) ?? [], options),
  };
  if (options.quick) return { ...measured, looped: [], weather: [] };
  log(`copies at crf ${COARSE.crf}`);
  return { ...measured, coarse: coarseFigures(clips, options), ...longScenes(clips) };
}

function microsOf(all: readonly ClipRuns[]): number {
  return percentile(
    all.flatMap(({ phases }) => phases.flatMap(({ run }) => run.micros)),
    0.5,
  );
}

/** Events that are lost in some phase, by the second at which they begin. */
function missedRows(name: string, all: readonly ClipRuns[]): BenchResult[] {
  return all.flatMap(({ clip, phases }) =>
    [...new Set(phases.flatMap(({ score }) => score.missed))].map((value) => {
      const lost = phases.filter(({ score }) => score.missed.includes(value)).length;
      return { name, metric: `missed in ${clip.name} (${lost} of ${phases.length} phases)`, value, unit: 's' };
    }),
  );
}

function ownResults(judged: Measured['judged'], report: ReportData): BenchResult[] {
  return [...judged].flatMap(([rate, all]) => {
    const figures = figuresOf(all);
    const name = `sluice run ${rate}`;
    report.pooled.push({ name: 'sluice', rate, figures, micros: microsOf(all) });
    return [...rows(name, figures), ...missedRows(name, all)];
  });
}

function sensitivityResults(all: Measured['sensitivities'], report: ReportData): BenchResult[] {
  return all.flatMap(({ sensitivity, figures: { recall, falseShare } }) => {
    report.points.push({ name: `sluice ${sensitivity}`, recall: recall.mean, falseShare: falseShare.mean });
    const name = `sensitivity ${sensitivity}`;
    return [
      { name, metric: 'recall, mean', value: recall.mean, unit: '' },
      { name, metric: 'false activity, mean', value: 100 * falseShare.mean, unit: '%' },
    ];
  });
}

function peerResults(rate: string, all: readonly ClipRuns[], others: PeerRuns, report: ReportData): BenchResult[] {
  return peerNames(others).flatMap((name) => {
    const figures = figuresOf(peerClips(all, others, name));
    const { recall, falseShare } = figures;
    const times = all.flatMap((runs) =>
      peerPhases(runs).map((s) => others[peerKey(s, rate)]?.[name]?.us ?? Number.NaN),
    );
    report.pooled.push({ name, rate, figures, micros: percentile(times, 0.5) });
    if (rate === RATE) report.points.push({ name, recall: recall.mean, falseShare: falseShare.mean });
    return rows(`${name} run ${rate}`, figures);
  });
}

function judgePeers(judged: Measured['judged'], rates: readonly string[]): PeerRuns {
  log(`peers at ${rates.join(', ')} pictures a second`);
  return runPeers(
    rates.flatMap((rate) => (judged.get(rate) ?? []).flatMap((runs) => peerPhases(runs).map((s) => jobOf(s, rate)))),
  );
}

/** Rates at which peers are asked; they take a hundred times as long as the detector. */
function peerRates({ quick, args }: BenchOptions): string[] {
  if (args.get('peers') === 'no' || !haveOpenCv()) {
    log('peers are left out (no python3-opencv, or --peers no)');
    return [];
  }
  return quick || args.get('peers') === RATE ? [RATE] : [RATE, '15'];
}

function goalResults(goals: readonly Goal[]): BenchResult[] {
  for (const { goal, limit, measured, met } of goals)
    log(`${met ? 'met   ' : 'MISSED'}  ${goal} (${limit}): ${measured}`);
  return goals.map(({ goal, limit, measured, met }) => ({
    name: 'goal',
    metric: goal,
    value: Number(met),
    unit: '1: met',
    said: measured,
    limit: { is: limit, verdict: met ? 'met' : 'MISSED' },
  }));
}

export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const root = resolve(options.args.get('clips') ?? '../shared/footage');
  const clips = findClips(root);
  if (clips.length === 0) throw new Error(`no labelled clips (folders with events.json and a video) in ${root}`);
  if (options.args.has('ablate')) return ablate(root, clips, options);
  const atPeers = peerRates(options);
  const measured = measure(clips, options);
  const { judged, midStarts: started, looped, weather } = measured;
  const report: ReportData = {
    goals: [],
    pooled: [],
    points: [],
    timelines: [],
    stress: [],
    midStarts: started,
    looped,
    weather,
  };
  const keyframes = new Map(options.quick ? [] : [1, 2].map((s) => [`gop${s}`, judgeKeyframes(clips, s, options)]));
  const results = [...ownResults(judged, report), ...ownResults(keyframes, report)];
  results.push(...sensitivityResults(measured.sensitivities, report));
  const others = atPeers.length > 0 ? judgePeers(judged, atPeers) : {};
  for (const rate of atPeers) results.push(...peerResults(rate, judged.get(rate) ?? [], others, report));
  let stress: Stressed | undefined;
  if (!options.quick) {
    results.push(...swallowed(clips, log));
    if (clips.some((c) => c.name === 'psu_walk')) {
      stress = stressRun(stressClips(root, options), options, atPeers.length > 0);
    }
  }
  results.push(...(stress?.results ?? []));
  const goals = goalsOf({ ...measured, ...(stress === undefined ? {} : { stress }) });
  results.push(...goalResults(goals));
  const timelines = timelinesOf(judged, ({ phases, rate }) =>
    peerNames(others).flatMap((name) => {
      const peer = phases[0] === undefined ? undefined : others[peerKey(phases[0], rate)]?.[name];
      return peer === undefined ? [] : [{ name, t: peer.t }];
    }),
  );
  writeHtml(resolve(options.args.get('html') ?? 'bench/results/accuracy.html'), {
    ...report,
    goals,
    timelines,
    stress: stress?.lines ?? [],
  });
  return results;
}

function writeHtml(file: string, report: ReportData): void {
  mkdirSync(resolve(file, '..'), { recursive: true });
  writeFileSync(file, html(report));
  log(`report: ${file}`);
}

/**
 * Accuracy: our detector and its peers over labelled clips and stress variants of them, scored by one protocol.
 * --clips DIR (default ../shared/footage), --stress DIR (made when absent), --verdicts DIR, --masks, --html FILE,
 * --peers no. --quick: run "5" only, without stress. --ablate FILE: the detector without each of its parts instead of all
 * this, as a table.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { ablate } from './ablate.js';
import { findClips, picturesOf } from './clips.js';
import { jobOf, peerScore, rows } from './compared.js';
import { durationOf, judge, log, pooledOf, type Scored, scoreOf } from './judged.js';
import { runOwn } from './ours.js';
import { haveOpenCv, type PeerRun, runPeers } from './peers.js';
import { percentile, pool } from './protocol.js';
import { html, type ReportData } from './report.js';
import { stressRun } from './stress.js';
import { swallowed } from './swallowed.js';

/** Verdicts of the peers by `clip|rate` and peer. */
type PeerRuns = ReturnType<typeof runPeers>;

function ownRun(rate: string, scored: readonly Scored[], report: ReportData): BenchResult[] {
  const pooled = pooledOf(scored);
  const micros = percentile(
    scored.flatMap((s) => s.run.micros),
    0.5,
  );
  report.pooled.push({ name: 'sluice', rate, pooled, micros });
  const missed = scored.filter((s) => s.score.missed.length > 0);
  return [
    ...rows(`sluice run ${rate}`, pooled),
    ...missed.map((s) => ({
      name: `sluice run ${rate}`,
      metric: `missed in ${s.clip.name}`,
      value: s.score.missed[0] ?? 0,
      unit: 's',
    })),
  ];
}

function sensitivityRun(
  sensitivity: 'low' | 'medium' | 'high',
  scored: readonly Scored[],
  report: ReportData,
): BenchResult[] {
  const p = pool(
    scored.map((s) => {
      const own = sensitivity === 'medium' ? s.run : runOwn(s.clip, s.pictures, s.picks, { sensitivity });
      const times = own.frames.filter((f) => f.motion).map((f) => f.t);
      const figures = scoreOf(s.clip, durationOf(s.clip, s.pictures), times);
      return { pooled: s.clip.pooled, nuisance: s.clip.nuisance, score: figures, pixelF: own.pixelF };
    }),
  );
  const name = `sensitivity ${sensitivity}`;
  report.sensitivity.push({
    name: `sluice ${sensitivity}`,
    recall: p.hits / p.events,
    falseShare: p.falseActivity / 100,
  });
  return [
    { name, metric: 'recall', value: p.hits / p.events, unit: '' },
    { name, metric: 'false activity', value: p.falseActivity, unit: '%' },
  ];
}

function peerRun(rate: string, scored: readonly Scored[], others: PeerRuns, report: ReportData): BenchResult[] {
  const results: BenchResult[] = [];
  for (const name of Object.keys(Object.values(others)[0] ?? {})) {
    const of = scored.map((s) => [s, others[`${s.clip.name}|${rate}`]?.[name] as PeerRun] as const);
    const p = pool(of.map(([s, peer]) => peerScore(s, peer)));
    const micros = percentile(
      of.map(([, peer]) => peer.us),
      0.5,
    );
    report.pooled.push({ name, rate, pooled: p, micros });
    results.push(...rows(`${name} run ${rate}`, p));
    if (rate === '5') report.sensitivity.push({ name, recall: p.hits / p.events, falseShare: p.falseActivity / 100 });
  }
  return results;
}

function timelineOf(s: Scored, peers: Record<string, PeerRun>): ReportData['timelines'][number] {
  return {
    clip: s.clip.name,
    rate: s.rate,
    duration: durationOf(s.clip, s.pictures),
    events: s.clip.events,
    dontCare: s.clip.dontCare,
    rows: [
      {
        name: 'sluice',
        t: s.run.frames.filter((f) => f.motion).map((f) => f.t),
        scene: s.run.scene.map((c) => ({ t: c.t, text: `${c.kind} ${c.cause} ${c.began ? 'began' : 'ended'}` })),
      },
      ...Object.entries(peers).map(([name, peer]) => ({ name, t: peer.t })),
    ],
    shots: s.rate === '5' ? s.run.shots : [],
  };
}

export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const root = resolve(options.args.get('clips') ?? '../shared/footage');
  const clips = findClips(root);
  if (clips.length === 0) throw new Error(`no labelled clips (folders with events.json and a video) in ${root}`);
  if (options.args.has('ablate')) return ablate(root, clips, options);
  const rates = options.quick ? ['5'] : ['5', '15'];
  const peers = options.args.get('peers') !== 'no' && haveOpenCv();
  if (!peers) log('peers are left out (no python3-opencv, or --peers no)');
  const results: BenchResult[] = [];
  const report: ReportData = { pooled: [], timelines: [], stress: [], sensitivity: [] };
  const judged = new Map<string, Scored[]>();
  for (const rate of [...rates, ...(options.quick ? [] : ['gop1', 'gop2'])]) {
    const scored = clips.map((clip) => {
      log(`run ${rate}: ${clip.name}`);
      return judge(clip, rate, options, durationOf(clip, picturesOf(clip)));
    });
    judged.set(rate, scored);
    results.push(...ownRun(rate, scored, report));
  }
  for (const sensitivity of ['low', 'medium', 'high'] as const)
    results.push(...sensitivityRun(sensitivity, judged.get('5') as Scored[], report));
  const others = peers ? runPeers(rates.flatMap((rate) => (judged.get(rate) as Scored[]).map(jobOf))) : {};
  for (const rate of rates) {
    const scored = judged.get(rate) as Scored[];
    results.push(...peerRun(rate, scored, others, report));
    report.timelines.push(...scored.map((s) => timelineOf(s, others[`${s.clip.name}|${rate}`] ?? {})));
  }
  results.push(...swallowed(clips, log));
  if (!options.quick && clips.some((c) => c.name === 'psu_walk'))
    results.push(...stressRun(root, options, report, peers));
  writeHtml(resolve(options.args.get('html') ?? 'bench/results/accuracy.html'), report);
  return results;
}

function writeHtml(file: string, report: ReportData): void {
  mkdirSync(resolve(file, '..'), { recursive: true });
  writeFileSync(file, html(report));
  log(`report: ${file}`);
}

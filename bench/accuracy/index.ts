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
import { durationOf, judge, log, pooledOf, type Scored, scoreOf, stressClips } from './judged.js';
import { groundtruthFiles, type OwnRun, runOwn } from './ours.js';
import { haveOpenCv, keyframesOf, type PeerJob, type PeerRun, runPeers } from './peers.js';
import { type Pooled, percentile, pool } from './protocol.js';
import { html, type ReportData } from './report.js';
import { swallowed } from './swallowed.js';

function rows(name: string, p: Pooled): BenchResult[] {
  const row = (metric: string, value: number, unit: string): BenchResult => ({ name, metric, value, unit });
  return [
    row('recall', p.hits / Math.max(1, p.events), `of ${p.events} events`),
    row('quiet seconds with a verdict', p.quiet, `of ${p.quietOf}`),
    row('nuisance seconds with a verdict', p.nuisance, `of ${p.nuisanceOf}`),
    row('false starts', p.falseStarts, ''),
    row('coverage', p.coverage, ''),
    row('clean onset p50', p.cleanP50, 's'),
    row('clean onset p90', p.cleanP90, 's'),
    row('pixel F', p.pixelF, ''),
  ].filter((r) => !Number.isNaN(r.value));
}

function jobOf({ clip, rate, pictures, picks }: Scored): PeerJob {
  const keys = keyframesOf(clip.file);
  const truth = groundtruthFiles(clip);
  return {
    clip: clip.name,
    rate,
    path: pictures.path,
    width: clip.width,
    height: clip.height,
    picks,
    times: picks.map((i) => pictures.time(i)),
    keyframes: picks.map((i) => (keys.has(i) ? 1 : 0)),
    groundtruth: truth.size === 0 ? null : Object.fromEntries(truth),
  };
}

function peerScore(s: Scored, peer: PeerRun): Parameters<typeof pool>[0][number] {
  const all = 2 * peer.tp + peer.fp + peer.fn;
  return {
    pooled: s.clip.pooled,
    nuisance: s.clip.nuisance,
    score: scoreOf(s.clip, durationOf(s.clip, s.pictures), peer.t),
    pixelF: all === 0 || groundtruthFiles(s.clip).size === 0 ? undefined : (2 * peer.tp) / all,
  };
}

function sceneText(run: OwnRun): string {
  return run.scene
    .filter((s) => s.began)
    .map((s) => `${s.kind}/${s.cause}@${s.t.toFixed(1)}`)
    .join(' ');
}

function stressRun(clips: string, options: BenchOptions, report: ReportData, peers: boolean): BenchResult[] {
  const scored = stressClips(clips, options).map((clip) => {
    log(`stress ${clip.name}`);
    return judge(clip, '5', options);
  });
  const others = peers ? runPeers(scored.map(jobOf)) : {};
  const names = ['sluice', ...Object.keys(Object.values(others)[0] ?? {})];
  const starts = new Map(names.map((n) => [n, 0]));
  const hits = new Map(names.map((n) => [n, 0]));
  const base = new Map<string, number>();
  for (const s of [...scored].sort((a, b) => Number(b.clip.kind === 'base') - Number(a.clip.kind === 'base'))) {
    const line: ReportData['stress'][number] = { clip: s.clip.name, rows: [] };
    for (const name of names) {
      const own = name === 'sluice';
      const peer = others[`${s.clip.name}|5`]?.[name];
      const figures = own ? s.score : peer === undefined ? undefined : peerScore(s, peer).score;
      if (figures === undefined) continue;
      const key = `${s.clip.base ?? ''}|${name}`;
      if (s.clip.kind === 'base') base.set(key, figures.falseStarts.length);
      const over = Math.max(0, figures.falseStarts.length - (base.get(key) ?? 0));
      starts.set(name, (starts.get(name) ?? 0) + over);
      hits.set(name, (hits.get(name) ?? 0) + figures.hits);
      line.rows.push({
        name,
        hits: `${figures.hits}/${figures.events}`,
        starts: over,
        scene: own ? sceneText(s.run) : '',
      });
    }
    report.stress.push(line);
  }
  const events = scored.reduce((n, s) => n + s.score.events, 0);
  const results: BenchResult[] = [];
  for (const name of names) {
    results.push({ name: `stress ${name}`, metric: 'false starts over base', value: starts.get(name) ?? 0, unit: '' });
    results.push({ name: `stress ${name}`, metric: 'events found', value: hits.get(name) ?? 0, unit: `of ${events}` });
  }
  const told = (kind: string, scene: string): [number, number] => {
    const of = scored.filter((s) => s.clip.kind === kind);
    return [
      of.filter((s) => s.run.scene.some((c) => c.began && c.kind === scene && c.t >= 14.5 && c.t < 26)).length,
      of.length,
    ];
  };
  for (const [kind, scene] of [
    ['ir', 'lightingChanged'],
    ['exposure', 'lightingChanged'],
    ['shake', 'moved'],
  ] as const) {
    const [n, of] = told(kind, scene);
    results.push({ name: 'stress sluice', metric: `${kind} told as ${scene}`, value: n, unit: `of ${of}` });
  }
  return results;
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
    const p = pooledOf(scored);
    const micros = percentile(
      scored.flatMap((s) => s.run.micros),
      0.5,
    );
    report.pooled.push({ name: 'sluice', rate, pooled: p, micros });
    results.push(...rows(`sluice run ${rate}`, p));
    for (const s of scored.filter((x) => x.score.missed.length > 0)) {
      results.push({
        name: `sluice run ${rate}`,
        metric: `missed in ${s.clip.name}`,
        value: s.score.missed[0] ?? 0,
        unit: 's',
      });
    }
  }
  const first = judged.get('5') as Scored[];
  for (const sensitivity of ['low', 'medium', 'high'] as const) {
    const p = pool(
      first.map((s) => {
        const own = sensitivity === 'medium' ? s.run : runOwn(s.clip, s.pictures, s.picks, { sensitivity });
        const times = own.frames.filter((f) => f.motion).map((f) => f.t);
        const figures = scoreOf(s.clip, durationOf(s.clip, s.pictures), times);
        return { pooled: s.clip.pooled, nuisance: s.clip.nuisance, score: figures, pixelF: own.pixelF };
      }),
    );
    report.sensitivity.push({
      name: `sluice ${sensitivity}`,
      recall: p.hits / p.events,
      falseShare: p.falseActivity / 100,
    });
    results.push({ name: `sensitivity ${sensitivity}`, metric: 'recall', value: p.hits / p.events, unit: '' });
    results.push({ name: `sensitivity ${sensitivity}`, metric: 'false activity', value: p.falseActivity, unit: '%' });
  }
  const others = peers ? runPeers(rates.flatMap((rate) => (judged.get(rate) as Scored[]).map(jobOf))) : {};
  for (const rate of rates) {
    const scored = judged.get(rate) as Scored[];
    for (const name of Object.keys(Object.values(others)[0] ?? {})) {
      const of = scored.map((s) => [s, others[`${s.clip.name}|${rate}`]?.[name] as PeerRun] as const);
      const p = pool(of.map(([s, peer]) => peerScore(s, peer)));
      report.pooled.push({
        name,
        rate,
        pooled: p,
        micros: percentile(
          of.map(([, peer]) => peer.us),
          0.5,
        ),
      });
      results.push(...rows(`${name} run ${rate}`, p));
      if (rate === '5') report.sensitivity.push({ name, recall: p.hits / p.events, falseShare: p.falseActivity / 100 });
    }
    for (const s of scored) {
      report.timelines.push({
        clip: s.clip.name,
        rate,
        duration: durationOf(s.clip, s.pictures),
        events: s.clip.events,
        dontCare: s.clip.dontCare,
        rows: [
          {
            name: 'sluice',
            t: s.run.frames.filter((f) => f.motion).map((f) => f.t),
            scene: s.run.scene.map((c) => ({ t: c.t, text: `${c.kind} ${c.cause} ${c.began ? 'began' : 'ended'}` })),
          },
          ...Object.entries(others[`${s.clip.name}|${rate}`] ?? {}).map(([name, peer]) => ({ name, t: peer.t })),
        ],
        shots: rate === '5' ? s.run.shots : [],
      });
    }
  }
  results.push(...swallowed(clips, log));
  if (!options.quick && clips.some((c) => c.name === 'psu_walk'))
    results.push(...stressRun(root, options, report, peers));
  const file = resolve(options.args.get('html') ?? 'bench/results/accuracy.html');
  mkdirSync(resolve(file, '..'), { recursive: true });
  writeFileSync(file, html(report));
  log(`report: ${file}`);
  return results;
}

/** The stress variants of the clips: what weather, light and shaking change for the detectors. */
import type { BenchOptions, BenchResult } from '../common/result.js';
import { jobOf, peerScore } from './compared.js';
import { judge, log, stressClips } from './judged.js';
import type { OwnRun } from './ours.js';
import { runPeers } from './peers.js';
import type { ReportData } from './report.js';

function sceneText(run: OwnRun): string {
  return run.scene
    .filter((s) => s.began)
    .map((s) => `${s.kind}/${s.cause}@${s.t.toFixed(1)}`)
    .join(' ');
}

export function stressRun(clips: string, options: BenchOptions, report: ReportData, peers: boolean): BenchResult[] {
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

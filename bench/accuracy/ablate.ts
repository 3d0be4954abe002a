/** What each part of the detector buys: the kernel compiled without it, over the same clips and stress variants. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { ABLATIONS, type Ablation } from './ablations.js';
import type { Clip } from './clips.js';
import { judge, log, pooledOf, type Scored, stressClips } from './judged.js';
import { percentile } from './protocol.js';

function compile({ without, edits }: Ablation): WebAssembly.Module {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-ablate-'));
  try {
    cpSync('wasm/assembly', join(folder, 'wasm/assembly'), { recursive: true });
    cpSync('asconfig.json', join(folder, 'asconfig.json'));
    for (const [name, text, instead] of edits) {
      const file = join(folder, 'wasm/assembly', name);
      const source = readFileSync(file, 'utf8');
      if (source.split(text).length !== 2) throw new Error(`without ${without}: ${name} has not once ${text}`);
      writeFileSync(
        file,
        source.replace(text, () => instead),
      );
    }
    const out = join(folder, 'motion.wasm');
    const arguments_ = [
      '--config',
      'asconfig.json',
      '--target',
      'simd',
      '--outFile',
      out,
      '--textFile',
      join(folder, 'wat'),
    ];
    execFileSync(resolve('node_modules/.bin/asc'), arguments_, { cwd: folder });
    return new WebAssembly.Module(new Uint8Array(readFileSync(out)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** False starts that the same detector does not have on the undisturbed clip. */
function startsOverBase(scored: readonly Scored[]): number {
  const base = new Map(
    scored.filter((s) => s.clip.kind === 'base').map((s) => [s.clip.base, s.score.falseStarts.length]),
  );
  return scored.reduce((n, s) => n + Math.max(0, s.score.falseStarts.length - (base.get(s.clip.base) ?? 0)), 0);
}

const two = (a: number, b: number, digits?: number): string =>
  [a, b].map((v) => (digits === undefined ? String(v) : v.toFixed(digits))).join(' / ');

export function ablate(root: string, clips: readonly Clip[], options: BenchOptions): BenchResult[] {
  const stress = stressClips(root, options);
  const lines = [
    '| without | recall | quiet | nuisance | onset p90 | coverage | pixel F | stress false starts (found) | time |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  const results: BenchResult[] = [];
  let whole = Number.NaN;
  // What is measured first would pay for cold files and code: a round that does not count.
  for (const clip of clips) judge(clip, '5', options);
  for (const ablation of ABLATIONS) {
    log(`without ${ablation.without}`);
    const build = compile(ablation);
    const over = (some: readonly Clip[], rate: string): Scored[] =>
      some.map((clip) => judge(clip, rate, options, undefined, { build }));
    const [five, fifteen] = ['5', '15'].map((rate) => over(clips, rate)) as [Scored[], Scored[]];
    const [a, b] = [pooledOf(five), pooledOf(fifteen)];
    const variants = over(stress, '5');
    const starts = startsOverBase(variants);
    const found = variants.reduce((n, s) => n + s.score.hits, 0);
    const events = variants.reduce((n, s) => n + s.score.events, 0);
    const micros = percentile(
      five.flatMap((s) => s.run.micros),
      0.5,
    );
    if (ablation.edits.length === 0) whole = micros;
    const cells = [
      ablation.without,
      two(a.hits / a.events, b.hits / b.events, 3),
      two(a.quiet, b.quiet),
      two(a.nuisance, b.nuisance),
      two(a.cleanP90, b.cleanP90, 2),
      two(a.coverage, b.coverage, 3),
      two(a.pixelF, b.pixelF, 2),
      `${starts} (${found} of ${events})`,
      `${(micros / whole).toFixed(2)} ×`,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    const name = `without ${ablation.without}`;
    results.push(
      { name, metric: 'nuisance seconds with a verdict, run 5', value: a.nuisance, unit: `of ${a.nuisanceOf}` },
      { name, metric: 'pixel F, run 5', value: a.pixelF, unit: '' },
      { name, metric: 'stress: false starts over base', value: starts, unit: '' },
    );
  }
  const given = options.args.get('ablate') as string;
  const file = resolve(given === 'true' ? 'bench/results/ablation.md' : given);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
  log(`table: ${file}`);
  return results;
}

/** What each part of the detector buys: the kernel compiled without it, over the same clips and stress variants. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { ABLATIONS, type Ablation } from './ablations.js';
import { nightBoxes } from './busy.js';
import type { Clip } from './clips.js';
import { type Figures, figuresOf } from './figures.js';
import { judge, judgeAll, log, stressClips } from './judged.js';
import { midStarts, pooledRatio } from './mid-start.js';
import type { OwnOptions } from './ours.js';
import { percentile } from './protocol.js';
import { fewestHits, judgeStress, startsOverBase } from './stress.js';

const ABLATED_RATES = ['5', '15'];

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

const two = (values: readonly number[], digits?: number): string =>
  values.map((v) => (digits === undefined ? String(v) : v.toFixed(digits))).join(' / ');

const COLUMNS = [
  'without',
  'recall',
  'seconds found',
  'false seconds',
  'old quiet',
  'nuisance',
  'onset p90',
  'pixel F',
  'objects touched',
  'person at night, of 25 s',
  'started in the middle',
  'stress false starts (found)',
  'time',
];

interface Part {
  figures: Figures[];
  night: number[];
  midStart: number[];
  starts: number;
  found: number;
  events: number;
  micros: number;
}

function measure(clips: readonly Clip[], variants: readonly Clip[], options: BenchOptions, own: OwnOptions): Part {
  const judged = [...judgeAll(clips, ABLATED_RATES, options, { own }).values()];
  const stress = judgeStress(variants, options, own);
  return {
    figures: judged.map(figuresOf),
    night: judged.flatMap((runs) => nightBoxes(runs).map(({ count }) => count)),
    midStart: judged.map((runs) => pooledRatio(midStarts(runs, own))),
    starts: stress.reduce((n, variant) => n + startsOverBase(variant, stress), 0),
    found: stress.reduce((n, variant) => n + fewestHits(variant), 0),
    events: stress.reduce((n, { phases }) => n + (phases[0]?.score.events ?? 0), 0),
    micros: percentile(
      (judged[0] ?? []).flatMap(({ phases }) => phases.flatMap(({ run }) => run.micros)),
      0.5,
    ),
  };
}

function cellsOf(without: string, part: Part, whole: number): string[] {
  const worst = (key: keyof Figures, digits?: number): string =>
    two(
      part.figures.map((f) => f[key].worst),
      digits,
    );
  return [
    without,
    worst('recall', 3),
    worst('found', 3),
    worst('falseShare', 3),
    worst('oldQuiet'),
    worst('nuisance'),
    worst('onsetP90', 2),
    worst('pixelF', 2),
    worst('touched', 2),
    two(part.night),
    two(part.midStart, 2),
    `${part.starts} (${part.found} of ${part.events})`,
    `${(part.micros / whole).toFixed(2)} ×`,
  ];
}

function resultsOf(without: string, { figures, starts }: Part): BenchResult[] {
  const name = `without ${without}`;
  const [five] = figures;
  if (five === undefined) return [];
  return [
    {
      name,
      metric: 'nuisance seconds with a verdict, run 5',
      value: five.nuisance.worst,
      unit: `of ${five.nuisance.of}`,
    },
    { name, metric: 'pixel F, run 5', value: five.pixelF.worst, unit: '' },
    { name, metric: 'stress: false starts over base', value: starts, unit: '' },
  ];
}

/** Every figure in its worst phase, at both rates. */
export function ablate(root: string, clips: readonly Clip[], options: BenchOptions): BenchResult[] {
  const lines = [`| ${COLUMNS.join(' | ')} |`, `|${'---|'.repeat(COLUMNS.length)}`];
  const results: BenchResult[] = [];
  const variants = stressClips(root, options);
  let whole = Number.NaN;
  // What is measured first would pay for cold files and code: a round that does not count.
  for (const clip of clips) judge(clip, '5', options);
  for (const ablation of ABLATIONS) {
    log(`without ${ablation.without}`);
    const part = measure(clips, variants, options, { build: compile(ablation) });
    if (ablation.edits.length === 0) whole = part.micros;
    lines.push(`| ${cellsOf(ablation.without, part, whole).join(' | ')} |`);
    results.push(...resultsOf(ablation.without, part));
  }
  const given = options.args.get('ablate') as string;
  const file = resolve(given === 'true' ? 'bench/results/ablation.md' : given);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${lines.join('\n')}\n`);
  log(`table: ${file}`);
  return results;
}

/**
 * Kernel: time of a frame at 320×180, beside OpenCV on the same planes in the same run, by stage, vectors against
 * scalar code, and 200 cameras through the pool.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { haveOpenCv, sourceFile } from '../accuracy/peers.js';
import { PYTHON } from '../common/programs.js';
import type { BenchOptions, BenchResult } from '../common/result.js';
import { fleet } from './fleet.js';
import { stages, wholeFrames } from './ours.js';
import { generated, real, type Scene } from './scenes.js';

type PeerTimes = Record<string, { median: number; p10: number; p90: number }>;

function peerTimes(scene: Scene, rounds: number): PeerTimes | undefined {
  if (!haveOpenCv()) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'sluice-kernel-'));
  try {
    const file = join(folder, 'planes');
    writeFileSync(file, Buffer.concat(scene.pictures.map((p) => p.subarray(0, scene.width * scene.height))));
    const text = execFileSync(
      PYTHON,
      [sourceFile('bench/peers/kernel_peers.py'), file, String(scene.width), String(scene.height), String(rounds)],
      { encoding: 'utf8' },
    );
    const { opencv: _, ...times } = JSON.parse(text) as PeerTimes & { opencv: unknown };
    return times as PeerTimes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function frames(scene: Scene, options: BenchOptions): BenchResult[] {
  const rounds = options.quick ? 2 : 5;
  const simd = wholeFrames(scene, 'simd', rounds);
  const scalar = wholeFrames(scene, 'scalar', 1);
  const name = scene.name;
  const results: BenchResult[] = [
    { name, metric: 'whole detector, median', value: simd.median, unit: 'µs' },
    { name, metric: 'whole detector, p10', value: simd.p10, unit: 'µs' },
    { name, metric: 'whole detector, p90', value: simd.p90, unit: 'µs' },
    {
      name,
      metric: 'scalar build, median',
      value: scalar.median,
      unit: 'µs',
      versus: 'faster with vectors',
      ratio: scalar.median / simd.median,
    },
  ];
  for (const [peer, time] of Object.entries(peerTimes(scene, rounds) ?? {})) {
    if (peer === 'call') continue;
    results.push({
      name,
      metric: `OpenCV ${peer}, median`,
      value: time.median,
      unit: 'µs',
      versus: 'our time',
      ratio: time.median / simd.median,
    });
  }
  return results;
}

async function many(scene: Scene, batch: number, options: BenchOptions): Promise<BenchResult[]> {
  const f = await fleet(scene, { cameras: 200, fps: 5, seconds: options.quick ? 4 : 15, batch });
  const name = `200 × ${scene.name.split(' ')[0]} at 5 fps, ${batch === 1 ? 'one a task' : 'batched'}`;
  return [
    { name, metric: 'share of a core', value: f.corePercent - f.feedingPercent, unit: '%' },
    { name, metric: 'with the timer that feeds the pictures', value: f.corePercent, unit: '%' },
    { name, metric: 'frames a task', value: f.framesPerTask, unit: '' },
    { name, metric: 'in the kernel, p50', value: f.detectP50, unit: 'µs' },
    { name, metric: 'submit to verdict, p50', value: f.latencyP50, unit: 'µs' },
    { name, metric: 'submit to verdict, p99', value: f.latencyP99, unit: 'µs' },
    { name, metric: 'replaced', value: f.replaced, unit: 'pictures' },
  ];
}

export async function run(options: BenchOptions): Promise<BenchResult[]> {
  const made = generated(320, 180, 150);
  const clip = real(300);
  const results = [...frames(made, options), ...(clip === undefined ? [] : frames(clip, options))];
  const scalar = new Map(stages(made, 'scalar').map((s) => [s.name, s.micros]));
  for (const stage of stages(made, 'simd')) {
    const slow = scalar.get(stage.name) ?? Number.NaN;
    results.push({
      name: made.name,
      metric: `stage: ${stage.name}`,
      value: stage.micros,
      unit: 'µs',
      versus: 'faster than scalar',
      ratio: slow / stage.micros,
    });
  }
  for (const scene of clip === undefined ? [made] : [made, clip]) {
    for (const batch of [64, 1]) results.push(...(await many(scene, batch, options)));
  }
  return results;
}

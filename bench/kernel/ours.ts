/** Times of our detector: whole frames, and its stages one by one. */
import { performance } from 'node:perf_hooks';
import type { KernelBuild } from '../../wasm/detector/kernel.js';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { PlaneInput } from '../../wasm/types.js';
import { percentile } from '../accuracy/protocol.js';
import type { Scene } from './scenes.js';

export function planeOf(scene: Scene, data: Uint8Array, pts: number): PlaneInput {
  const { width, height } = scene;
  const u = width * height;
  return {
    pts,
    width,
    height,
    strides: [width, width >> 1, width >> 1],
    offsets: [0, u, u + (u >> 2)],
    data,
  };
}

const WARM_UP_PICTURES = 1500;

/** Median, p10 and p90 of a frame in the kernel, µs; the copy into the slab is not part of it. */
export function wholeFrames(
  scene: Scene,
  build: KernelBuild,
  rounds: number,
): { median: number; p10: number; p90: number } {
  const detector = new OfflineDetector({ sensitivity: 'medium' }, build);
  const spent: number[] = [];
  let pts = 0;
  // The model settles, and V8 compiles for good what it has first compiled in haste.
  const warmUp = Math.ceil(WARM_UP_PICTURES / scene.pictures.length);
  // Forth and back, so that the end of a round is no cut to another scene.
  for (let round = 0; round < warmUp + rounds; round++) {
    const order = round % 2 === 0 ? scene.pictures : scene.pictures.toReversed();
    for (const data of order) {
      pts += 200_000;
      const { latencyMicros } = detector.judge(planeOf(scene, data, pts));
      if (round >= warmUp) spent.push(latencyMicros);
    }
  }
  return { median: percentile(spent, 0.5), p10: percentile(spent, 0.1), p90: percentile(spent, 0.9) };
}

/** Mean of the best of five runs of each stage on a settled model, µs. */
export function stages(scene: Scene, build: KernelBuild): { name: string; micros: number }[] {
  const detector = new OfflineDetector({ sensitivity: 'medium' }, build);
  let pts = 0;
  for (const data of scene.pictures) {
    pts += 200_000;
    detector.judge(planeOf(scene, data, pts));
  }
  const { kernel, slab } = detector;
  const rows = scene.height >> 2;
  const work: [string, () => unknown][] = [
    ['sense: picture against model', () => kernel.sense(slab)],
    ['mark cells', () => kernel.mark(slab)],
    [
      'join into regions',
      () => {
        kernel.mark(slab);
        kernel.join(slab, 2);
      },
    ],
    [
      'whole picture: changed cells, chroma, sharpness, frozen',
      () => {
        kernel.changedCells(slab);
        kernel.chromaOf(slab);
        kernel.sharpnessOf(slab);
        kernel.identical(slab);
      },
    ],
    ['learn, every row', () => kernel.learn(slab, 0, rows)],
    ['learn, one row of fifteen', () => kernel.learn(slab, 0, Math.round(rows / 15))],
    ['rare: gain', () => kernel.gainOf(slab)],
    ['rare: shift', () => kernel.shiftOf(slab)],
  ];
  return work.map(([name, run]) => {
    for (let i = 0; i < 500; i++) run();
    let best = Number.POSITIVE_INFINITY;
    for (let k = 0; k < 5; k++) {
      const began = performance.now();
      for (let i = 0; i < 400; i++) run();
      best = Math.min(best, ((performance.now() - began) * 1000) / 400);
    }
    return { name, micros: best };
  });
}

/** Many cameras through the pool in real time: what judging them costs of a core, dispatch included. */
import { performance } from 'node:perf_hooks';
import { openMotionPool } from '../../wasm/index.js';
import { percentile } from '../accuracy/protocol.js';
import { planeOf } from './ours.js';
import type { Scene } from './scenes.js';

export interface FleetResult {
  /** Of a core: all of the process, and how much of that an empty loop that feeds nothing costs. */
  corePercent: number;
  feedingPercent: number;
  framesPerTask: number;
  frames: number;
  replaced: number;
  latencyP50: number;
  latencyP99: number;
  detectP50: number;
}

const FEED_MS = 5;

/** What the timer that feeds the pictures costs by itself: in an engine they come from a decode process. */
async function feedingAlone(): Promise<number> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (performance.now() - began < 3000) return;
      clearInterval(timer);
      resolve();
    }, FEED_MS);
  });
  const used = process.cpuUsage(cpu);
  return (used.user + used.system) / 10 / (performance.now() - began);
}

/**
 * `batch`: cameras in one task at most. Pictures arrive spread evenly, in turns of the event loop 5 ms apart, as they
 * do when they are read from a decode process.
 */
export async function fleet(
  scene: Scene,
  options: { cameras: number; fps: number; seconds: number; batch: number },
): Promise<FleetResult> {
  const feedingPercent = await feedingAlone();
  const pool = await openMotionPool({ batch: options.batch });
  const latencies: number[] = [];
  const detects: number[] = [];
  let failed: Error | undefined;
  const cameras = Array.from({ length: options.cameras }, () =>
    pool.attach(
      { sensitivity: 'medium' },
      {
        onVerdict: (verdict) => {
          latencies.push(verdict.latencyMicros);
          detects.push(verdict.detectMicros);
        },
        onError: (error) => {
          failed = error;
        },
      },
    ),
  );
  // Forth and back, so that the end is no cut to another scene, which would show as a change of all of them.
  const pictures = [...scene.pictures, ...scene.pictures.toReversed()];
  const period = 1000 / options.fps;
  // The first seconds settle the models and the compilers; they are not measured.
  const settle = 12_000;
  const began = performance.now();
  let cpu = process.cpuUsage();
  let from = began;
  let tasks = 0;
  let frames = 0;
  let measuring = false;
  let sent = 0;
  let replaced = 0;
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      const now = performance.now() - began;
      if (!measuring && now >= settle) {
        measuring = true;
        cpu = process.cpuUsage();
        from = performance.now();
        ({ tasks, frames } = pool.stats());
        replaced = cameras.reduce((n, camera) => n + camera.stats.replaced, 0);
        latencies.length = 0;
        detects.length = 0;
      }
      if (now >= settle + options.seconds * 1000) {
        clearInterval(timer);
        resolve();
        return;
      }
      const due = Math.floor((now / period) * options.cameras);
      for (; sent < due; sent++) {
        const turn = Math.floor(sent / options.cameras);
        const camera = cameras[sent % options.cameras];
        const data = pictures[turn % pictures.length] as Uint8Array;
        camera?.submit(planeOf(scene, data, Math.round(turn * period * 1000)));
      }
    }, FEED_MS);
  });
  const used = process.cpuUsage(cpu);
  const elapsed = performance.now() - from;
  const stats = pool.stats();
  await pool.close();
  if (failed !== undefined) throw failed;
  return {
    feedingPercent,
    corePercent: ((used.user + used.system) / 1000 / elapsed) * 100,
    framesPerTask: (stats.frames - frames) / Math.max(1, stats.tasks - tasks),
    frames: stats.frames - frames,
    replaced: cameras.reduce((n, camera) => n + camera.stats.replaced, 0) - replaced,
    latencyP50: percentile(latencies, 0.5),
    latencyP99: percentile(latencies, 0.99),
    detectP50: percentile(detects, 0.5),
  };
}

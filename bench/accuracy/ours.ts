/** Our detector over a clip: the engine's kernel, settings and pictures, one frame after another. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelBuild } from '../../wasm/detector/kernel.js';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { Box, SceneChange, Sensitivity } from '../../wasm/types.js';
import { encodePng } from '../common/png.js';
import { BoxCount, type BoxScore } from './boxes.js';
import { type Clip, type Pictures, planes } from './clips.js';
import { halved } from './shots.js';
import { PixelCount, truthOf } from './truth.js';

export interface OwnRun {
  frames: { t: number; motion: boolean; score: number; boxes: Box[] }[];
  scene: (SceneChange & { t: number })[];
  /** Over the pictures that have labels of their own, of those that were judged. */
  pixelF: number | undefined;
  boxes: BoxScore | undefined;
  micros: number[];
  /** Pictures of the detector's view, for the report. */
  shots: { t: number; png: Buffer }[];
}

export interface OwnOptions {
  sensitivity?: Sensitivity;
  build?: KernelBuild | WebAssembly.Module;
  /** Folder that gets each picture's mask as PNG. */
  masks?: string;
  /** Seconds at which a picture for the report is taken. */
  shots?: readonly number[];
}

export function detectorOf(options: OwnOptions = {}): OfflineDetector {
  return new OfflineDetector({ sensitivity: options.sensitivity ?? 'medium' }, options.build ?? 'simd');
}

/** Seconds of the pictures with a verdict. */
export function verdictTimes(run: Pick<OwnRun, 'frames'>): number[] {
  return run.frames.filter((f) => f.motion).map((f) => f.t);
}

export function runOwn(clip: Clip, pictures: Pictures, picks: readonly number[], options: OwnOptions = {}): OwnRun {
  const detector = detectorOf(options);
  const truth = truthOf(clip);
  const [pixels, boxes] = [new PixelCount(), new BoxCount()];
  const run: OwnRun = { frames: [], scene: [], pixelF: undefined, boxes: undefined, micros: [], shots: [] };
  if (options.masks !== undefined) mkdirSync(options.masks, { recursive: true });
  const shots = [...(options.shots ?? [])].sort((a, b) => a - b);
  let n = 0;
  for (const plane of planes(clip, pictures, picks)) {
    const index = picks[n++] as number;
    const t = pictures.time(index);
    const verdict = detector.judge(plane);
    run.micros.push(verdict.latencyMicros);
    run.frames.push({ t, motion: verdict.motion, score: verdict.score, boxes: verdict.boxes });
    for (const change of verdict.scene) run.scene.push({ ...change, t });
    // Of a re-encoded clip only some pictures are there: labels count those of the source.
    const labelled = truth.get(Math.round(t * clip.fps));
    if (labelled?.mask !== undefined) pixels.add(detector.mask(), labelled.mask);
    if (labelled !== undefined) boxes.add(labelled.objects, verdict.motion ? verdict.boxes : []);
    if (options.masks !== undefined) {
      const png = encodePng(plane.width, plane.height, detector.mask(), 1);
      writeFileSync(join(options.masks, `${String(index).padStart(6, '0')}.png`), png);
    }
    if (shots.length > 0 && t >= (shots[0] as number)) {
      shots.shift();
      const view = halved(detector.picture('verdict'));
      run.shots.push({ t, png: encodePng(view.width, view.height, view.rgb, 3) });
    }
  }
  run.pixelF = pixels.f();
  run.boxes = boxes.score();
  return run;
}

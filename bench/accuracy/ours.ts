/** Our detector over a clip: the engine's kernel, settings and pictures, one frame after another. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KernelBuild } from '../../wasm/detector/kernel.js';
import { OfflineDetector } from '../../wasm/detector/offline.js';
import type { SceneChange, Sensitivity } from '../../wasm/types.js';
import { decodePng, encodePng } from '../common/png.js';
import { type Clip, type Pictures, planes } from './clips.js';

export interface OwnRun {
  frames: { t: number; motion: boolean; score: number; boxes: [number, number, number, number][] }[];
  scene: (SceneChange & { t: number })[];
  /** F over the pictures that have a groundtruth, of those that were judged. */
  pixelF: number | undefined;
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

/** Groundtruth masks of a clip by picture number, where the clip has them. */
export function groundtruthFiles(clip: Clip): Map<number, string> {
  const folder = join(clip.folder, 'groundtruth');
  const files = new Map<number, string>();
  if (!existsSync(folder)) return files;
  const names = readdirSync(folder).filter((f) => f.endsWith('.png'));
  // CDnet counts from 1; the clip of the highway begins with its picture 1, that of the fall with its picture 1001.
  const range = /_(\d+)-\d+\.\w+$/.exec(clip.file);
  const first = range === null ? 1 : Number(range[1]);
  for (const name of names) {
    const number = /^\D*(\d+)\.png$/.exec(name);
    if (number !== null) files.set(Number(number[1]) - first, join(folder, name));
  }
  return files;
}

class PixelCount {
  #tp = 0;
  #fp = 0;
  #fn = 0;

  add(mask: Uint8Array, width: number, height: number, file: string): void {
    const truth = decodePng(readFileSync(file));
    for (let y = 0; y < height; y++) {
      const row = Math.floor((y * truth.height) / height) * truth.width;
      for (let x = 0; x < width; x++) {
        const label = truth.data[row + Math.floor((x * truth.width) / width)];
        if (label === 85 || label === 170) continue;
        const on = mask[y * width + x] !== 0;
        if (label === 255) {
          if (on) this.#tp++;
          else this.#fn++;
        } else if (on) this.#fp++;
      }
    }
  }

  f(): number | undefined {
    const all = 2 * this.#tp + this.#fp + this.#fn;
    return all === 0 ? undefined : (2 * this.#tp) / all;
  }
}

export function runOwn(clip: Clip, pictures: Pictures, picks: readonly number[], options: OwnOptions = {}): OwnRun {
  const detector = new OfflineDetector({ sensitivity: options.sensitivity ?? 'medium' }, options.build ?? 'simd');
  const truth = groundtruthFiles(clip);
  const count = new PixelCount();
  const run: OwnRun = { frames: [], scene: [], pixelF: undefined, micros: [], shots: [] };
  if (options.masks !== undefined) mkdirSync(options.masks, { recursive: true });
  const shots = [...(options.shots ?? [])].sort((a, b) => a - b);
  let n = 0;
  for (const plane of planes(clip, pictures, picks)) {
    const index = picks[n++] as number;
    const t = pictures.time(index);
    const verdict = detector.judge(plane);
    run.micros.push(verdict.latencyMicros);
    run.frames.push({
      t,
      motion: verdict.motion,
      score: verdict.score,
      boxes: verdict.boxes.map((b) => [b.l, b.t, b.w, b.h]),
    });
    for (const change of verdict.scene) run.scene.push({ ...change, t });
    // Of a re-encoded clip only some pictures are there: labels count those of the source.
    const file = truth.get(Math.round(t * clip.fps));
    if (file !== undefined) count.add(detector.mask(), plane.width, plane.height, file);
    if (options.masks !== undefined) {
      const png = encodePng(plane.width, plane.height, detector.mask(), 1);
      writeFileSync(join(options.masks, `${String(index).padStart(6, '0')}.png`), png);
    }
    if (shots.length > 0 && t >= (shots[0] as number)) {
      shots.shift();
      const view = detector.picture('verdict');
      run.shots.push({ t, png: encodePng(view.width, view.height, view.rgb, 3) });
    }
  }
  run.pixelF = count.f();
  return run;
}

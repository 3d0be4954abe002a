/** Runs OpenCV's optical flow in a process of its own, over the same pictures and detections. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sourceFile } from '../accuracy/peers.js';
import { PYTHON } from '../common/programs.js';
import type { Labelled } from './boxes.js';
import { type Run, type Setup, scoreRun } from './runs.js';

interface FlowRun {
  /** Of each frame: id, left, top, width, height in pixels. */
  told: [number, number, number, number, number][][];
  micros: number;
}

export function runOpenCv(setups: readonly Setup[], width: number): Run[] {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-flow-'));
  try {
    const jobs = setups.map(({ clip, detections }) => {
      const { path, height, planes } = clip.scaled(width);
      const boxes = detections.map(
        (found) => found?.map(({ box: { l, t, w, h } }) => [l * width, t * height, w * width, h * height]) ?? null,
      );
      return { path, width, height, bytes: planes[0]?.data.length ?? 0, detections: boxes };
    });
    const [input, output] = [join(folder, 'jobs.json'), join(folder, 'out.json')];
    writeFileSync(input, JSON.stringify(jobs));
    execFileSync(PYTHON, [sourceFile('bench/peers/flow_tracker.py'), input, output], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const runs = JSON.parse(readFileSync(output, 'utf8')) as FlowRun[];
    return runs.map(({ told, micros }, i) => {
      const given = setups[i] as Setup;
      const { height } = given.clip.scaled(width);
      const boxes = told.map((frame) =>
        frame.map(
          ([id, x, y, w, h]): Labelled => ({ id, box: { l: x / width, t: y / height, w: w / width, h: h / height } }),
        ),
      );
      return { ...scoreRun(given, boxes), micros };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
